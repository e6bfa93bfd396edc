import { createHmac } from "node:crypto";
import { isEqualInConstantTime } from "./constant-time.ts";

export type SigningKey = string | Uint8Array;

/** HMAC-SHA256 (RFC 2104) of a text. */
export function signatureOf(
  text: string,
  key: SigningKey,
  encoding: "base64url" | "hex" = "base64url",
): string {
  return createHmac("sha256", key).update(text, "utf8").digest(encoding);
}

/** Whether a text was signed with the key; only the spelling that `signatureOf` gives counts. */
export function isSignatureOf(
  text: string,
  key: SigningKey,
  { given, encoding }: { given: string; encoding?: "base64url" | "hex" },
): boolean {
  return isEqualInConstantTime(given, signatureOf(text, key, encoding));
}
