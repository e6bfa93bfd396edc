import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import { disconnectSignalOf } from "../../platform/http/disconnect-signal.ts";
import type { FastifyReply, FastifyRequest, HTTPApp } from "../../platform/http/http-app.ts";
import type { AccountDirectory, KnownAccount } from "../accounts/account-directory.ts";
import type { AdmissionControl } from "../accounts/admission-control.ts";
import { refuseTarget } from "../accounts/refuse-target.ts";
import { authenticateNative, nativeCallerOf } from "../accounts/native-authentication.ts";
import { rawOptionsOfQuery } from "../take/raw-options.ts";
import { rawQueryOf } from "../http/request-parts.ts";
import { Problem } from "../http/problem.ts";
import type { JobClient } from "./job-client.ts";
import { parseJobQuery, stateOf } from "./job-filter.ts";
import { jobPath } from "./job-path.ts";
import { jobView } from "./job-view.ts";

interface JobRouteDependencies {
  jobClient: JobClient;
  jobProofs: JobProofs;
  accountDirectory: AccountDirectory;
  admissionControl: AdmissionControl;
}

interface NamedJob {
  Params: { name: string };
}

const jobNamePattern = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** The native routes that list, get, cancel and retry the jobs of an account. Errors are problem documents. */
export function registerJobRoutes(app: HTTPApp, dependencies: JobRouteDependencies): void {
  const { jobClient, accountDirectory } = dependencies;
  app.get("/v1/jobs", async (request, reply) => {
    const account = accountOf(request, accountDirectory);
    const query = parseJobQuery(rawOptionsOfQuery(rawQueryOf(request)));
    const { jobs, continueToken } = await jobClient.list(
      { namespace: account.spec.namespace, account: account.name, ...query },
      disconnectSignalOf(reply),
    );
    return reply.send({
      jobs: jobs.map(jobView),
      ...(continueToken !== undefined && { continue: continueToken }),
    });
  });
  app.get<NamedJob>("/v1/jobs/:name", async (request, reply) =>
    reply.send(jobView(await getJob(request, reply, dependencies))),
  );
  app.delete<NamedJob>("/v1/jobs/:name", (request, reply) =>
    cancelJob(request, reply, dependencies),
  );
  app.post<NamedJob>("/v1/jobs/:name/retry", (request, reply) =>
    retryJob(request, reply, dependencies),
  );
}

async function cancelJob(
  request: FastifyRequest<NamedJob>,
  reply: FastifyReply,
  dependencies: JobRouteDependencies,
): Promise<FastifyReply> {
  const job = await getJob(request, reply, dependencies);
  const { name } = job.metadata;
  if (isFinished(job))
    throw new Problem(409, "JobFinished", `The job '${name}' has already finished`);
  await dependencies.jobClient.cancel(job.metadata, disconnectSignalOf(reply));
  return reply.code(202).header("location", jobPath(name)).send();
}

async function retryJob(
  request: FastifyRequest<NamedJob>,
  reply: FastifyReply,
  dependencies: JobRouteDependencies,
): Promise<FastifyReply> {
  const { jobClient, accountDirectory, admissionControl } = dependencies;
  const job = await getJob(request, reply, dependencies);
  if (!isFinished(job))
    throw new Problem(409, "JobNotFinished", `The job '${job.metadata.name}' has not finished yet`);
  const account = accountOf(request, accountDirectory);
  refuseTarget(account, job.spec.url);
  const signal = disconnectSignalOf(reply);
  const name = await jobClient.retry(job, {
    admit: (retryName) => admissionControl.admit(account, retryName, signal),
    signal,
  });
  return reply.code(201).header("location", jobPath(name)).send({ name });
}

async function getJob(
  request: FastifyRequest<NamedJob>,
  reply: FastifyReply,
  { jobClient, jobProofs, accountDirectory }: JobRouteDependencies,
): Promise<ScreenshotJob> {
  const account = accountOf(request, accountDirectory);
  const { name } = request.params;
  const missing = new Problem(404, "JobNotFound", `The account has no job '${name}'`);
  if (!jobNamePattern.test(name)) throw missing;
  const { namespace } = account.spec;
  const job = await jobClient.get({ namespace, name }, disconnectSignalOf(reply));
  // Accounts may share a namespace: jobs of other accounts and of kubectl are hidden, whatever their labels say.
  if (job === undefined || jobProofs.authorOf(job) !== account.name) throw missing;
  return job;
}

function accountOf(request: FastifyRequest, accountDirectory: AccountDirectory): KnownAccount {
  return authenticateNative(nativeCallerOf(request), accountDirectory);
}

function isFinished(job: ScreenshotJob): boolean {
  return stateOf(job) !== "unfinished";
}
