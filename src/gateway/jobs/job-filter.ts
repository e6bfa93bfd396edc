import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { jobFilters, jobStates, type JobState } from "../../api/options/job-filters.ts";
import { requestOptions } from "../../api/options/request-options.ts";
import { isReason } from "../../api/reasons/reasons.ts";
import {
  invalidEntryOf,
  isListedHost,
  parseHostList,
  type HostList,
} from "../../core/targets/host-list.ts";
import { bareHostOf } from "../../core/targets/url-policy.ts";
import { errorOfJob, hasSucceeded } from "../../core/take/take-result.ts";
import { invalidRequest } from "../../core/take/take-error.ts";
import type { RawOptions } from "../take/raw-options.ts";
import { TypedOptions } from "../take/typed-options.ts";
import { externalIdentifierOf, reasonOf } from "./job-view.ts";

/** Which of an account's jobs are listed. */
export interface JobFilter {
  /** What the API server selects. */
  pool: string | undefined;
  /** What is selected from what it returns. */
  matches: (job: ScreenshotJob) => boolean;
}

export interface JobQuery {
  filter: JobFilter;
  limit: number;
  continueToken: string | undefined;
}

const knownNames: ReadonlySet<string> = new Set(
  [...Object.values(jobFilters), requestOptions.accessKey, requestOptions.signature].map(
    ({ http }) => http.name,
  ),
);

/**
 * Reads the query of `GET /v1/jobs`.
 * @throws TakeError that names everything that is not valid
 */
export function parseJobQuery(raw: RawOptions): JobQuery {
  const problems = [...raw.keys()]
    .filter((name) => !knownNames.has(name))
    .map(
      (name) =>
        `"${name}" is not allowed, only ${Object.values(jobFilters)
          .map(({ http }) => http.name)
          .join(", ")}`,
    );
  const reader = new TypedOptions(raw, problems);
  const filter: JobFilter = {
    pool: reader.text(jobFilters.pool),
    matches: allOf([
      stateCheck(reader.texts(jobFilters.state)),
      reasonCheck(reader.texts(jobFilters.reason), problems),
      identifierCheck(reader.text(jobFilters.externalIdentifier)),
      timeCheck(reader, problems),
      hostCheck(reader.texts(jobFilters.host), problems),
    ]),
  };
  const limit = reader.integer(jobFilters.limit) ?? jobFilters.limit.http.default;
  const continueToken = reader.text(jobFilters.continueToken);
  if (problems.length > 0) throw invalidRequest(problems);
  return { filter, limit: Number(limit), continueToken };
}

/** Undefined: the filter is not given, so every job fits. */
type Check = ((job: ScreenshotJob) => boolean) | undefined;

function allOf(checks: readonly Check[]): (job: ScreenshotJob) => boolean {
  return (job) => checks.every((check) => check === undefined || check(job));
}

function stateCheck(states: readonly string[]): Check {
  return states.length === 0 ? undefined : (job) => states.includes(stateOf(job));
}

/** Where the job is in its life. */
export function stateOf(job: ScreenshotJob): JobState {
  const [unfinished, succeeded, failed] = jobStates;
  if (hasSucceeded(job)) return succeeded;
  return errorOfJob(job) === undefined ? unfinished : failed;
}

function reasonCheck(given: readonly string[], problems: string[]): Check {
  const unknown = given.find((word) => !isReason(word));
  if (unknown !== undefined)
    problems.push(
      `"reason" must be a reason of a job, such as Captured, Queued or HostReturnedError, not ${JSON.stringify(unknown)}`,
    );
  return given.length === 0 ? undefined : (job) => given.includes(reasonOf(job));
}

function identifierCheck(identifier: string | undefined): Check {
  return identifier === undefined ? undefined : (job) => externalIdentifierOf(job) === identifier;
}

function timeCheck(reader: TypedOptions, problems: string[]): Check {
  const read = (option: (typeof jobFilters)["since" | "until"]): number | undefined => {
    const text = reader.text(option);
    if (text === undefined) return undefined;
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(time) || !/(Z|[+-]\d\d:\d\d)$/i.test(text))
      problems.push(
        `"${option.http.name}" must be a time with its zone, such as 2026-11-30T22:00:00Z (in a URL, write + as %2B)`,
      );
    return time;
  };
  const [since, until] = [read(jobFilters.since), read(jobFilters.until)];
  if (since !== undefined && until !== undefined && since >= until)
    problems.push('"since" must be before "until"');
  if (since === undefined && until === undefined) return undefined;
  return ({ metadata }) => {
    const created = Date.parse(metadata.creationTimestamp);
    return (since === undefined || created >= since) && (until === undefined || created < until);
  };
}

function hostCheck(given: readonly string[], problems: string[]): Check {
  if (given.length === 0) return undefined;
  const invalid = invalidEntryOf(given);
  if (invalid !== undefined)
    problems.push(
      `"host" must be a host name, such as example.com or *.example.com, or an address, without scheme, port or path, not ${JSON.stringify(invalid)}`,
    );
  const hosts = parseHostList(given);
  return ({ spec }) => isOnHost(spec.url, hosts);
}

/** A job of html or markdown is on no host. */
function isOnHost(address: string | undefined, hosts: HostList): boolean {
  const url = URL.parse(address ?? "");
  return url !== null && isListedHost(hosts, bareHostOf(url));
}
