import { createHmac } from "node:crypto";
import type { Hmac } from "node:crypto";

/** What every signature but ScreenshotOne's covers besides the body. */
interface SignedMessage {
  /** `webhook-id`, the same on every try. */
  id: string;
  /** `webhook-timestamp`, of this try. */
  timestampSeconds: number;
}

/**
 * A value for `webhook-signature`, of a body that comes in pieces, after the Standard Webhooks specification: HMAC-SHA256 over
 * `id.timestamp.body`, base64, prefix `v1,`; a secret `whsec_…` is base64 behind the prefix. One entry per secret, separated by spaces, so
 * that a receiver accepts either key during a rotation.
 */
export class StandardWebhookSignature {
  readonly #hmacs: Hmac[];

  constructor({ id, timestampSeconds }: SignedMessage, secrets: readonly string[]) {
    this.#hmacs = secrets.map((secret) =>
      createHmac("sha256", standardSecretBytes(secret)).update(`${id}.${timestampSeconds}.`),
    );
  }

  update(piece: Uint8Array): void {
    for (const hmac of this.#hmacs) hmac.update(piece);
  }

  /** Of the pieces so far, once. */
  value(): string {
    return this.#hmacs.map((hmac) => `v1,${hmac.digest("base64")}`).join(" ");
  }
}

/** A value for `X-ScreenshotOne-Signature`: lower-case hex HMAC-SHA256 over the body, with the account's secret key. */
export class ScreenshotOneSignature {
  readonly #hmac: Hmac;

  constructor(secretKey: string) {
    this.#hmac = createHmac("sha256", secretKey);
  }

  update(piece: Uint8Array): void {
    this.#hmac.update(piece);
  }

  /** Of the pieces so far, once. */
  value(): string {
    return this.#hmac.digest("hex");
  }
}

function standardSecretBytes(secret: string): Buffer {
  return secret.startsWith("whsec_")
    ? Buffer.from(secret.slice("whsec_".length), "base64")
    : Buffer.from(secret, "utf8");
}
