import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { checkAttemptToken } from "../jobs/attempt-token.ts";
import { isAttemptWanted, projectJob } from "../jobs/job-record.ts";
import type { JobReader } from "../jobs/job-reader.ts";

interface WantedJobDependencies {
  jobReader: JobReader;
  attemptKey: string;
}

/**
 * The job that a worker asks about, as the API server has it: the cache does not have the spec. Undefined if the attempt no longer counts.
 * @throws Failure(RequestMalformed) if the attempt was not assigned to the worker
 */
export async function wantedJob(
  { jobReader, attemptKey }: WantedJobDependencies,
  question: AttemptIdentity,
  signal: AbortSignal,
): Promise<ScreenshotJob | undefined> {
  checkAttemptToken(attemptKey, question);
  const { job: identity, attempt } = question;
  const job = await jobReader.latestJob(identity, signal);
  const isWanted = job?.metadata.uid === identity.uid && isAttemptWanted(projectJob(job), attempt);
  return isWanted ? job : undefined;
}
