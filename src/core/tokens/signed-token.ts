import { isSignatureOf, signatureOf } from "./signature.ts";
import type { SigningKey } from "./signature.ts";

/** What a token that was not signed with the key, or not by `signToken`, is. */
export type TokenFault = "Malformed" | "SignatureWrong";

type OpenedToken = { valid: true; payload: unknown } | { valid: false; problem: TokenFault };

/** A token that carries what it vouches for: `base64url(JSON).base64url(HMAC-SHA256 of the first part)`. */
export function signToken(payload: object, key: SigningKey): string {
  const text = Buffer.from(JSON.stringify(payload)).toString("base64url");
  return `${text}.${signatureOf(text, key)}`;
}

/** Checks the signature before it reads the payload, whose shape the caller checks. Never throws for a bad token. */
export function openToken(token: string, key: SigningKey): OpenedToken {
  const dot = token.indexOf(".");
  if (dot <= 0) return { valid: false, problem: "Malformed" };
  const text = token.slice(0, dot);
  if (!isSignatureOf(text, key, { given: token.slice(dot + 1) }))
    return { valid: false, problem: "SignatureWrong" };
  try {
    const json = Buffer.from(text, "base64url").toString("utf8");
    return { valid: true, payload: JSON.parse(json) as unknown };
  } catch {
    return { valid: false, problem: "Malformed" };
  }
}
