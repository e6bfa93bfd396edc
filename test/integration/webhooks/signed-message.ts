import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import type { ReceivedWebhook } from "./receiver.ts";

/** What a receiver reckons by itself, not with Stills' code: `v1,…` over `id.timestamp.body`. */
export function expectedStandardSignature(
  webhook: ReceivedWebhook,
  secret: string | Buffer,
): string {
  const { headers, body } = webhook;
  const signed = Buffer.concat([
    Buffer.from(`${one(headers["webhook-id"])}.${one(headers["webhook-timestamp"])}.`),
    body,
  ]);
  return `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`;
}

/** What `openssl dgst -sha256 -hmac` prints for a body. */
export function opensslSignature(body: Buffer, secretKey: string): string {
  const printed = execFileSync("openssl", ["dgst", "-sha256", "-hmac", secretKey], {
    input: body,
    encoding: "utf8",
  });
  return printed.trim().split(/\s+/).at(-1) ?? "";
}

function one(value: string | string[] | undefined): string {
  return typeof value === "string" ? value : "";
}
