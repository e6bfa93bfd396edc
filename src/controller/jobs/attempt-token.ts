import { isSignatureOf, signatureOf } from "../../core/tokens/signature.ts";

/**
 * A token that proves that its holder was given this attempt of this job: base64url of HMAC-SHA256 over `<uid>.<attempt>`.
 * Only the controller has the key, so a worker cannot report results of jobs it was not given.
 */
export function createAttemptToken(key: string, uid: string, attempt: number): string {
  return signatureOf(`${uid}.${attempt}`, key);
}

/** Whether the token belongs to this attempt; takes the same time for every wrong one of the right length. */
export function isAttemptToken(key: string, claim: AttemptClaim): boolean {
  const { uid, attempt, attemptToken } = claim;
  return isSignatureOf(`${uid}.${attempt}`, key, { given: attemptToken });
}

interface AttemptClaim {
  uid: string;
  attempt: number;
  attemptToken: string;
}
