import { captureAckWaitSeconds } from "../../api/messages/capture-request.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { BlockingLists } from "../blocking/blocking-lists.ts";
import type { BrowserSupervisor } from "../browser/browser-supervisor.ts";
import type { ClockMonitor } from "../clock-monitor.ts";
import type { EncoderPool } from "../encoding/encoder-pool.ts";
import type { VideoEncoder } from "../encoding/video-encoder.ts";
import type { WorkerMetrics } from "../metrics.ts";
import type { EgressMonitor } from "../network/egress-monitor.ts";
import type { Readiness } from "../readiness.ts";
import type { CopyUploader } from "../upload/copy-uploader.ts";
import type { StoredCopier } from "../upload/stored-copier.ts";
import type { UploadBuffer } from "../upload/upload-buffer.ts";
import type { Uploader } from "../upload/uploader.ts";
import type { WorkerActivity } from "../worker-activity.ts";
import { InputReader } from "../inputs/input-reader.ts";
import { AttemptRunner } from "./attempt-runner.ts";
import { CancellationListener } from "./cancellation-listener.ts";
import { CaptureLoop } from "./capture-loop.ts";
import { CaptureRequestHandler } from "./capture-request-handler.ts";
import { ControllerClient } from "./controller-client.ts";
import { DirectPictureSender } from "./direct-picture-sender.ts";
import { PageCapturer } from "./page-capturer.ts";

interface CaptureDependencies {
  nats: Nats;
  browser: BrowserSupervisor;
  egressMonitor: EgressMonitor;
  encoders: EncoderPool;
  videoEncoder: VideoEncoder;
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
  uploader: Uploader;
  uploadBuffer: UploadBuffer;
  copyUploader: CopyUploader;
  storedCopier: StoredCopier;
  readiness: Readiness;
  activity: WorkerActivity;
  clockMonitor: ClockMonitor;
  metrics: WorkerMetrics;
  clock: Clock;
  log: Logger;
  pool: string;
  worker: string;
  slots: number;
  drainTimeoutSeconds: number;
}

/** Pulls capture requests, captures their pages and reports the results. */
export function createCapture(dependencies: CaptureDependencies): {
  cancellations: CancellationListener;
  loop: CaptureLoop;
} {
  const { nats, readiness, activity, clockMonitor, metrics, clock, log } = dependencies;
  const { pool, worker, slots, drainTimeoutSeconds } = dependencies;
  const cancellations = new CancellationListener({ nats, clock });
  const handler = new CaptureRequestHandler({
    nats,
    attemptRunner: createAttemptRunner(dependencies),
    cancellations,
    activity,
    clockMonitor,
    metrics,
    log,
    pool,
    worker,
    ackWaitSeconds: captureAckWaitSeconds,
  });
  const loop = new CaptureLoop({
    nats,
    handler,
    readiness,
    activity,
    clock,
    log,
    pool,
    slots,
    drainTimeoutSeconds,
  });
  return { cancellations, loop };
}

function createAttemptRunner(dependencies: CaptureDependencies): AttemptRunner {
  const { nats, browser, egressMonitor, egressURL, encoders, videoEncoder } = dependencies;
  const { uploader, uploadBuffer, copyUploader, storedCopier } = dependencies;
  const { metrics, clock, log } = dependencies;
  const controller = new ControllerClient({ nats, clock, log });
  const pageCapturer = new PageCapturer({
    browser,
    controller,
    inputReader: new InputReader({ nats, egressURL, clock, log }),
    egressMonitor,
    encoders,
    videoEncoder,
    blockingLists: new BlockingLists(),
    metrics,
    clock,
    log,
  });
  return new AttemptRunner({
    controller,
    pageCapturer,
    directPictures: new DirectPictureSender({ nats, log }),
    uploader,
    uploadBuffer,
    copyUploader,
    storedCopier,
    egressMonitor,
    metrics,
    clock,
    log,
  });
}
