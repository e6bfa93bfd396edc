import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import { Failure } from "../../api/reasons/failure.ts";
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

/** @throws Failure(RequestMalformed) if the sender of a question was not given the attempt */
export function checkAttemptToken(key: string, question: AttemptIdentity): void {
  const { job, attempt, attemptToken } = question;
  if (isAttemptToken(key, { uid: job.uid, attempt, attemptToken })) return;
  throw new Failure("RequestMalformed", {
    message: "The attempt token does not belong to this attempt of this job",
  });
}

interface AttemptClaim {
  uid: string;
  attempt: number;
  attemptToken: string;
}
