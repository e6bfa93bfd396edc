import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Proof that its holder was given this attempt of this job: base64url of HMAC-SHA256 over `<uid>.<attempt>`. Only the
 * controller has the key, so a worker cannot speak for a job it was not given.
 */
export function createAttemptToken(key: string, uid: string, attempt: number): string {
  return createHmac("sha256", key).update(`${uid}.${attempt}`).digest("base64url");
}

/** Whether the token belongs to this attempt; takes the same time for every wrong one of the right length. */
export function isAttemptToken(key: string, claim: AttemptClaim): boolean {
  const expected = Buffer.from(createAttemptToken(key, claim.uid, claim.attempt));
  const presented = Buffer.from(claim.attemptToken);
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}

export interface AttemptClaim {
  uid: string;
  attempt: number;
  attemptToken: string;
}
