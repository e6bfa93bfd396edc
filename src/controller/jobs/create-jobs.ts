import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { EventRecorder } from "../../platform/kube/event-recorder.ts";
import type { KubeMetrics } from "../../platform/kube/kube-metrics.ts";
import { Reflector } from "../../platform/kube/reflector.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import { screenshotJobs, screenshotJobType } from "../../platform/kube/resources.ts";
import { StatusWriter } from "../../platform/kube/status-writer.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { JobProofs } from "../../core/tokens/job-proof.ts";
import type { ControllerConfig } from "../config.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { CallRecorder } from "./call-recorder.ts";
import type { JobCache } from "./job-cache.ts";
import { originOf } from "./job-origin.ts";
import { JobReader } from "./job-reader.ts";
import { projectJob } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import { PictureCache } from "./picture-cache.ts";
import { RecentJobCache } from "./recent-job-cache.ts";
import { ResultApplier } from "./result-applier.ts";
import { JobStatusWriter } from "./job-status-writer.ts";

/** What every replica knows of jobs and does about them. */
export interface Jobs {
  client: ResourceClient<ScreenshotJob>;
  /** Which jobs count for an account. */
  proofs: JobProofs;
  cache: JobCache;
  reader: JobReader;
  jobStatusWriter: JobStatusWriter;
  resultApplier: ResultApplier;
  callRecorder: CallRecorder;
}

export interface JobsDependencies {
  config: Pick<ControllerConfig, "className" | "jobProof">;
  transport: KubeTransport;
  publisher: Publisher;
  events: EventRecorder;
  objectStore: ObjectStore;
  metrics: ControllerMetrics;
  kubeMetrics: KubeMetrics;
  clock: Clock;
  log: Logger;
}

export function createJobs(dependencies: JobsDependencies): Jobs {
  const { config, transport, publisher, events, objectStore } = dependencies;
  const { metrics, kubeMetrics, clock, log } = dependencies;
  const client = screenshotJobs(transport);
  const proofs = new JobProofs(config.jobProof);
  const project = (job: ScreenshotJob): JobRecord => projectJob(job, originOf(job, proofs));
  const recentJobs = new RecentJobCache();
  const cache = new Reflector<ScreenshotJob, JobRecord>({
    transport,
    type: screenshotJobType,
    fieldSelector: `spec.className=${config.className}`,
    metrics: kubeMetrics,
    clock,
    log,
    project: (job) => {
      recentJobs.add(job);
      return project(job);
    },
  });
  const statusWriter = new StatusWriter(client, { metrics: kubeMetrics });
  const { className } = config;
  const reader = new JobReader({ cache, client, statusWriter, recentJobs, project, className });
  const jobStatusWriter = new JobStatusWriter({
    statusWriter,
    publisher,
    events,
    metrics,
    clock,
    log,
  });
  const pictureCache = new PictureCache({
    jobReader: reader,
    proofs,
    objectStore,
    metrics,
    clock,
    log,
  });
  const resultApplier = new ResultApplier({
    jobReader: reader,
    jobStatusWriter,
    objectStore,
    pictureCache,
    clock,
    log,
    random: Math.random,
  });
  const callRecorder = new CallRecorder({ jobReader: reader, objectStore, clock });
  return { client, proofs, cache, reader, jobStatusWriter, resultApplier, callRecorder };
}
