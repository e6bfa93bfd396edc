import { Failure } from "../reasons/failure.ts";
import { messageVersion } from "./capture-messages.ts";

/** What gateways and the leading controller say to each other about how much there may be. */

/** `stills.v1.ask.admission`: gateway → the leading controller, before it makes a job for an account that has limits. */
export interface AdmissionQuestion {
  account: string;
  /** The job that is about to be made; asked for again, it is counted once. */
  job: { namespace: string; name: string };
  /** As the gateway knows them. */
  limits: { requestsPerMinute?: number; requestsPerMonth?: number; concurrentJobs?: number };
}

export type AdmissionAnswer =
  /** The job has its place, for a few seconds also without having been made. */
  | { kind: "Admitted" }
  | { kind: "Refused"; limit: "ConcurrentJobs" }
  | {
      kind: "Refused";
      limit: "RequestsPerMinute" | "RequestsPerMonth";
      /** Until the next minute or month begins. */
      retryAfterSeconds: number;
    };

/** `stills.v1.load`, core NATS: the leading controller → gateways, every second. */
export interface LoadReport {
  version: number;
  /** All that are in the API server, finished ones too. */
  liveJobs: number;
  maxLiveJobs: number;
}

export function parseAdmissionQuestion(value: unknown): AdmissionQuestion {
  const { account, job, limits } = recordOf(value, "admission question");
  if (typeof account !== "string" || !isRecord(job) || !isRecord(limits))
    throw malformed("admission question", "account, job or limits is missing");
  for (const field of ["namespace", "name"])
    if (typeof job[field] !== "string" || job[field] === "")
      throw malformed("admission question", `job.${field} must be a string`);
  for (const field of ["requestsPerMinute", "requestsPerMonth", "concurrentJobs"])
    if (limits[field] !== undefined && !Number.isSafeInteger(limits[field]))
      throw malformed("admission question", `limits.${field} must be a whole number`);
  return value as AdmissionQuestion;
}

export function parseAdmissionAnswer(value: unknown): AdmissionAnswer {
  const answer = recordOf(value, "admission answer");
  const { kind, limit, retryAfterSeconds } = answer;
  const isRefusalForATime =
    (limit === "RequestsPerMinute" || limit === "RequestsPerMonth") &&
    typeof retryAfterSeconds === "number";
  const isKnown =
    kind === "Admitted" ||
    (kind === "Refused" && (limit === "ConcurrentJobs" || isRefusalForATime));
  if (!isKnown) throw malformed("admission answer", "its kind is not known");
  return answer as unknown as AdmissionAnswer;
}

export function parseLoadReport(value: unknown): LoadReport {
  const report = recordOf(value, "load report");
  const { version, liveJobs, maxLiveJobs } = report;
  if (version !== messageVersion)
    throw malformed("load report", `version ${String(version)} is not ${messageVersion}`);
  if (!Number.isSafeInteger(liveJobs) || !Number.isSafeInteger(maxLiveJobs))
    throw malformed("load report", "liveJobs and maxLiveJobs must be whole numbers");
  return report as unknown as LoadReport;
}

function recordOf(value: unknown, what: string): Record<string, unknown> {
  if (!isRecord(value)) throw malformed(what, "must be an object");
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(what: string, problem: string): Failure {
  return new Failure("RequestMalformed", { message: `The ${what} is not valid: ${problem}` });
}
