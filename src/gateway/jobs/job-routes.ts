import type { FastifyReply, FastifyRequest, HTTPApp } from "../../platform/http/http-app.ts";
import type { Condition, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { labels } from "../../api/settings/keys.ts";
import { rawOptionsOfQuery } from "../take/raw-options.ts";
import { errorOfJob, hasSucceeded } from "../../core/take/take-result.ts";
import type { AccountDirectory, KnownAccount } from "../accounts/account-directory.ts";
import { authenticate } from "../accounts/authentication.ts";
import { signalOf } from "../take/caller-signal.ts";
import { jobPath } from "../take/answers.ts";
import type { AdmissionControl } from "../accounts/admission-control.ts";
import type { JobClient } from "./job-client.ts";
import { Problem } from "./problem.ts";

export interface JobRouteParts {
  desk: JobClient;
  doorkeeper: AdmissionControl;
  accounts: AccountDirectory;
}

interface NamedJob {
  Params: { name: string };
}

const jobName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** The native routes: list, read, cancel and repeat an account's jobs. Errors are problem documents. */
export function registerJobs(app: HTTPApp, parts: JobRouteParts): void {
  app.get("/v1/jobs", async (request, reply) => {
    const account = accountOf(request, parts.accounts);
    const jobs = await parts.desk.list(account.spec.namespace, account.name, signalOf(reply));
    return reply.send({ jobs: jobs.map(jobView) });
  });
  app.get<NamedJob>("/v1/jobs/:name", async (request, reply) =>
    reply.send(jobView(await find(request, reply, parts))),
  );
  app.delete<NamedJob>("/v1/jobs/:name", (request, reply) => cancel(request, reply, parts));
  app.post<NamedJob>("/v1/jobs/:name/retry", (request, reply) => retry(request, reply, parts));
}

async function cancel(
  request: FastifyRequest<NamedJob>,
  reply: FastifyReply,
  parts: JobRouteParts,
): Promise<FastifyReply> {
  const job = await find(request, reply, parts);
  if (isFinished(job))
    throw new Problem(409, "JobFinished", `The job '${job.metadata.name}' has ended already`);
  await parts.desk.cancel(job.metadata, signalOf(reply));
  return reply.code(202).header("location", jobPath(job.metadata)).send();
}

async function retry(
  request: FastifyRequest<NamedJob>,
  reply: FastifyReply,
  parts: JobRouteParts,
): Promise<FastifyReply> {
  const job = await find(request, reply, parts);
  if (!isFinished(job))
    throw new Problem(409, "JobNotFinished", `The job '${job.metadata.name}' has not ended yet`);
  const account = accountOf(request, parts.accounts);
  const signal = signalOf(reply);
  const name = await parts.desk.retry(job, {
    admit: (retryOf) => parts.doorkeeper.admit(account, retryOf, signal),
    signal,
  });
  const location = jobPath({ namespace: job.metadata.namespace, name });
  return reply.code(201).header("location", location).send({ name });
}

async function find(
  request: FastifyRequest<NamedJob>,
  reply: FastifyReply,
  { desk, accounts }: JobRouteParts,
): Promise<ScreenshotJob> {
  const account = accountOf(request, accounts);
  const { name } = request.params;
  const missing = new Problem(404, "JobNotFound", `The account has no job '${name}'`);
  if (!jobName.test(name)) throw missing;
  const job = await desk.get({ namespace: account.spec.namespace, name }, signalOf(reply));
  // Accounts may share a namespace; what another one made, or kubectl, is none of this one's business.
  if (job?.metadata.labels?.[labels.account] !== account.name) throw missing;
  return job;
}

function accountOf(request: FastifyRequest, accounts: AccountDirectory): KnownAccount {
  const url = request.raw.url ?? "";
  const rawQuery = url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
  const header = request.headers["x-access-key"];
  return authenticate(
    {
      header: Array.isArray(header) ? header[0] : header,
      options: rawOptionsOfQuery(rawQuery),
      rawQuery,
    },
    accounts,
  );
}

function isFinished(job: ScreenshotJob): boolean {
  return hasSucceeded(job) || errorOfJob(job) !== undefined;
}

/** What a caller sees of a job. */
function jobView(job: ScreenshotJob): Record<string, unknown> {
  const { metadata, status = {} } = job;
  return {
    name: metadata.name,
    createdTime: metadata.creationTimestamp,
    ...outcomeView(conditionOf(job, "Succeeded")),
    attempts: status.attempts ?? 0,
    completionTime: status.completionTime,
    durationMilliseconds: status.durationMilliseconds,
    location: status.location,
    artifact: status.artifact,
    notified: notifiedView(conditionOf(job, "Notified")),
  };
}

function outcomeView(condition: Condition | undefined): Record<string, unknown> {
  return {
    succeeded: condition?.status ?? "Unknown",
    reason: condition?.reason ?? "Queued",
    message: condition?.message ?? "The job waits for a free browser slot",
  };
}

function notifiedView(condition: Condition | undefined): Record<string, unknown> | undefined {
  if (condition === undefined) return undefined;
  const { status, reason, message } = condition;
  return { status, reason, message };
}

function conditionOf(job: ScreenshotJob, type: string): Condition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === type);
}
