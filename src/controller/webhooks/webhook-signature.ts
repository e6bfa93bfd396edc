import { createHmac } from "node:crypto";

/**
 * The two signatures of a webhook. Both cover the bytes that are sent.
 *
 * `standardWebhookSignature` follows the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, base64, prefix
 * `v1,`; a secret `whsec_…` is base64 behind the prefix. `screenshotOneSignature` is ScreenshotOne's: lower-case hex HMAC-SHA256
 * over the body with the account's secret key.
 */

interface SignedMessage {
  /** `webhook-id`, the same on every try. */
  id: string;
  /** `webhook-timestamp`, of this try. */
  timestampSeconds: number;
  body: Uint8Array;
}

/** One entry per secret, separated by spaces, so that a receiver accepts either key during a rotation. */
export function standardWebhookSignature(
  message: SignedMessage,
  secrets: readonly string[],
): string {
  return secrets
    .map((secret) => {
      const hmac = createHmac("sha256", standardSecretBytes(secret));
      hmac.update(`${message.id}.${message.timestampSeconds}.`).update(message.body);
      return `v1,${hmac.digest("base64")}`;
    })
    .join(" ");
}

/** Value of `X-ScreenshotOne-Signature`. */
export function screenshotOneSignature(body: Uint8Array, secretKey: string): string {
  return createHmac("sha256", secretKey).update(body).digest("hex");
}

function standardSecretBytes(secret: string): Buffer {
  return secret.startsWith("whsec_")
    ? Buffer.from(secret.slice("whsec_".length), "base64")
    : Buffer.from(secret, "utf8");
}
