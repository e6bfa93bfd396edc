import type { AttemptIdentity } from "../api/messages/attempt-identity.ts";

/** The identity of an attempt, without the other fields of its message; part of requests and results. */
export function attemptIdentityOf(attempt: AttemptIdentity): AttemptIdentity {
  const { namespace, name, uid } = attempt.job;
  return {
    job: { namespace, name, uid },
    attempt: attempt.attempt,
    attemptToken: attempt.attemptToken,
  };
}

/** The fields of every log line about an attempt. */
export function attemptLogFields({ job, attempt }: AttemptIdentity): {
  screenshotJob: string;
  jobUID: string;
  attempt: number;
} {
  return { screenshotJob: `${job.namespace}/${job.name}`, jobUID: job.uid, attempt };
}
