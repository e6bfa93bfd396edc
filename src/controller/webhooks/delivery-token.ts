import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Proof that its holder was given the delivery of this job's webhook: base64url of HMAC-SHA256 over `<uid>.delivery`, which no
 * attempt token is made of. Only the controller has the key, so only who was given a delivery has it signed or reports about it.
 */
export function createDeliveryToken(key: string, uid: string): string {
  return createHmac("sha256", key).update(`${uid}.delivery`).digest("base64url");
}

/** Whether the token belongs to this job's delivery; takes the same time for every wrong one of the right length. */
export function isDeliveryToken(key: string, uid: string, token: string): boolean {
  const expected = Buffer.from(createDeliveryToken(key, uid));
  const presented = Buffer.from(token);
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
