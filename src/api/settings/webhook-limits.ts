/**
 * The largest picture that a webhook carries. Receivers check the signature of the whole body, so most hold it in memory; a larger picture
 * is better linked to.
 */
export const largestWebhookPictureBytes = 128 * 1024 * 1024;

/** `largestWebhookPictureBytes` as documentation says it. */
export const largestWebhookPictureText = `${largestWebhookPictureBytes / (1024 * 1024)} MiB`;

/**
 * How long a gateway waits for the signatures of a body of that size. The controller reads a picture from the object store, at four
 * mebibytes a second at least.
 */
export function signatureLimitMilliseconds(bodyBytes: number): number {
  return 10_000 + bodyBytes / 4_194.304;
}

/**
 * How long a receiver may take for a body of that size: at least a mebibyte a second. Together with the signature it is less than the five
 * minutes after which libraries of Standard Webhooks refuse a timestamp.
 */
export function receiverLimitMilliseconds(bodyBytes: number): number {
  return 10_000 + bodyBytes / 1_048.576;
}
