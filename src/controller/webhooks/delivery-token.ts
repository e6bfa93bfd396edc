import { isSignatureOf, signatureOf } from "../../core/tokens/signature.ts";

/**
 * Proof that its holder was given the delivery of this job's webhook: base64url of HMAC-SHA256 over `<uid>.delivery`, which no
 * attempt token is made of. Only the controller has the key, so only who was given a delivery has it signed or reports about it.
 */
export function createDeliveryToken(key: string, uid: string): string {
  return signatureOf(`${uid}.delivery`, key);
}

/** Whether the token belongs to this job's delivery; takes the same time for every wrong one of the right length. */
export function isDeliveryToken(key: string, uid: string, token: string): boolean {
  return isSignatureOf(`${uid}.delivery`, key, { given: token });
}
