import { inboxPrefix, natsUser } from "../api/rights/nats-permissions.ts";
import { createNats, patientFirstConnectSeconds } from "../platform/nats/connection.ts";
import type { Nats } from "../platform/nats/connection.ts";
import type { ProcessContext } from "../platform/process/process-context.ts";
import type { Logger } from "../platform/process/logger.ts";
import { Probes } from "../platform/process/probes.ts";
import { Announcer } from "./announcer.ts";
import { createBrowser } from "./browser/create-browser.ts";
import { ClockMonitor } from "./clock-monitor.ts";
import { createCapture } from "./capture/create-capture.ts";
import type { WorkerConfig } from "./config.ts";
import { EncoderPool } from "./encoding/encoder-pool.ts";
import { findFfmpeg } from "./encoding/find-ffmpeg.ts";
import { VideoEncoder } from "./encoding/video-encoder.ts";
import { WorkerMetrics } from "./metrics.ts";
import { createNetwork } from "./network/create-network.ts";
import { Readiness } from "./readiness.ts";
import { createUpload } from "./upload/create-upload.ts";
import { WorkerActivity } from "./worker-activity.ts";

/**
 * Runs one worker until the process is asked to stop. The lifecycle then stops the parts in reverse order: `capture.loop`, which
 * drains, comes first.
 */
export async function runWorker(config: WorkerConfig, context: ProcessContext): Promise<void> {
  const { clock, lifecycle, log } = context;
  const { drainTimeoutSeconds, egressURL, forbiddenAddresses, name: worker, pool, slots } = config;
  const activity = new WorkerActivity();
  const metrics = new WorkerMetrics(context.metrics, { activity, slots });
  const nats = createWorkerNats(config, log);
  const network = createNetwork({ egressURL, forbiddenAddresses, clock, log });
  const { browser, ...browserParts } = await createBrowser({
    config: config.browser,
    slots,
    egressURL,
    replicaMonitor: network.replicaMonitor,
    metrics,
    clock,
    log,
  });
  const clockMonitor = new ClockMonitor({ nats, pool, clock, log });
  const conditions = [...browserParts.conditions, clockMonitor.condition, ...network.conditions];
  const bufferMebibytes = config.uploadBufferMebibytes;
  const upload = createUpload({ nats, egressURL, slots, bufferMebibytes, metrics, clock, log });
  const readiness = new Readiness([...conditions, upload.uploader.condition]);
  const encoders = new EncoderPool({ memoryMebibytes: config.encoderMemoryMebibytes, log });
  const videoEncoder = createVideoEncoder(config, log);
  const capture = createCapture({
    nats,
    browser,
    egressMonitor: network.egressMonitor,
    encoders,
    videoEncoder,
    egressURL,
    ...upload,
    readiness,
    activity,
    clockMonitor,
    metrics,
    clock,
    log,
    pool,
    worker,
    slots,
    drainTimeoutSeconds,
  });
  const announcer = createAnnouncer(config, { nats, activity, readiness, log });
  const probes = createProbes(config, context, { nats, readiness: new Readiness(conditions) });
  await lifecycle.run([
    probes,
    nats,
    clockMonitor,
    ...network.parts,
    ...browserParts.parts,
    encoders,
    videoEncoder,
    capture.cancellations,
    announcer,
    capture.loop,
  ]);
}

function createVideoEncoder(config: WorkerConfig, log: Logger): VideoEncoder {
  const ffmpeg = findFfmpeg({ configuredPath: config.ffmpegPath });
  return new VideoEncoder({ ffmpeg, memoryMebibytes: config.encoderMemoryMebibytes, log });
}

function createAnnouncer(
  { pool, name: worker, slots, browser }: WorkerConfig,
  parts: { nats: Nats; activity: WorkerActivity; readiness: Readiness; log: Logger },
): Announcer {
  const sandbox = browser.sandbox === "Required" ? "On" : "Off";
  return new Announcer({ ...parts, pool, worker, slots, sandbox });
}

/** Pods stay ready without the object store, which a pod does not bring back: only the announcement tells of it. */
function createProbes(
  config: WorkerConfig,
  context: ProcessContext,
  { nats, readiness }: { nats: Nats; readiness: Readiness },
): Probes {
  return new Probes(config.probes, context, [
    { name: "nats", readyProblem: () => nats.problem },
    { name: "worker", readyProblem: () => readiness.unreadyReason?.message },
  ]);
}

function createWorkerNats({ pool, name, nats }: WorkerConfig, log: Logger): Nats {
  return createNats({
    ...nats,
    name,
    inboxPrefix: inboxPrefix(natsUser("worker", pool), name),
    firstConnectTimeoutSeconds: patientFirstConnectSeconds,
    log,
  });
}
