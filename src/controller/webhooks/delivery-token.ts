import { isSignatureOf, signatureOf } from "../../core/tokens/signature.ts";

/**
 * A token that proves that its holder was given the delivery of this job's webhook: base64url of HMAC-SHA256 over
 * `<uid>.delivery`, which is never the input of an attempt token. Only the controller has the key.
 */
export function createDeliveryToken(key: string, uid: string): string {
  return signatureOf(`${uid}.delivery`, key);
}

/** Whether the token belongs to this job's delivery; takes the same time for every wrong one of the right length. */
export function isDeliveryToken(key: string, uid: string, token: string): boolean {
  return isSignatureOf(`${uid}.delivery`, key, { given: token });
}
