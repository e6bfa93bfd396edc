import type { AttemptIdentity } from "../../api/messages/capture-messages.ts";

/** The identity alone, without what else the message says: it goes into questions and results. */
export function identityOf(attempt: AttemptIdentity): AttemptIdentity {
  const { namespace, name, uid } = attempt.job;
  return {
    job: { namespace, name, uid },
    attempt: attempt.attempt,
    attemptToken: attempt.attemptToken,
  };
}

/** The facts that every log line about an attempt has. */
export function factsOf({ job, attempt }: AttemptIdentity): {
  screenshotJob: string;
  jobUID: string;
  attempt: number;
} {
  return { screenshotJob: `${job.namespace}/${job.name}`, jobUID: job.uid, attempt };
}
