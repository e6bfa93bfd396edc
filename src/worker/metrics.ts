import { blockingListsPackage } from "../api/settings/blocking-lists.ts";
import { failureReasons } from "../api/reasons/reasons.ts";
import type { Reason } from "../api/reasons/reasons.ts";
import type { StageTimings } from "../api/messages/capture-result.ts";
import type { Metrics } from "../platform/process/metrics.ts";
import { restartCauses } from "./browser/recycle-policy.ts";
import type { RestartCause } from "./browser/recycle-policy.ts";
import type { WorkerActivity } from "./worker-activity.ts";

/** `wait` lasts until a page is ready, `store` from the captured picture until it is stored. */
const stages = ["wait", "navigate", "settle", "capture", "store"] as const;
type Stage = (typeof stages)[number];

/** Why a delivered request had no capture, or no result of one. */
const skipCauses = ["Cancelled", "Finished", "Returned", "LeaseLost"] as const;
type SkipCause = (typeof skipCauses)[number];

const attemptReasons = ["Captured", ...failureReasons] as const;

const stageBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** The worker's metrics. Every label has a fixed set of values. */
export class WorkerMetrics {
  #uploads = { heldBytes: 0 };
  readonly #attempts;
  readonly #skipped;
  readonly #stageDuration;
  readonly #redeliveries;
  readonly #restarts;
  readonly #transferred;
  readonly #pictureSize;
  #browserProcesses = 0;
  #browserMemoryBytes = 0;

  constructor(metrics: Metrics, { activity, slots }: { activity: WorkerActivity; slots: number }) {
    this.#attempts = metrics.counter({
      name: "stills_capture_attempts_total",
      help: "Capture attempts this worker has ended, by outcome and reason.",
      labels: { outcome: ["captured", "failed"], reason: attemptReasons },
    });
    this.#skipped = metrics.counter({
      name: "stills_captures_skipped_total",
      help: "Capture requests that ended without a picture or a failure: cancelled, finished elsewhere, returned while draining, or lost to another worker.",
      labels: { cause: skipCauses },
    });
    this.#stageDuration = metrics.histogram({
      name: "stills_capture_stage_duration_seconds",
      help: "How long the stages of a successful capture took.",
      labels: { stage: stages },
      buckets: stageBuckets,
    });
    this.#redeliveries = metrics.counter({
      name: "stills_queue_redeliveries_total",
      help: "Capture requests that had been delivered before.",
    });
    this.#restarts = metrics.counter({
      name: "stills_browser_restarts_total",
      help: "Browsers that were replaced, by cause.",
      labels: { cause: restartCauses },
    });
    this.#transferred = metrics.counter({
      name: "stills_page_transfer_bytes_total",
      help: "Bytes that pages sent and received through this worker's forwarders.",
      labels: { direction: ["up", "down"] },
    });
    this.#pictureSize = metrics.histogram({
      name: "stills_picture_size_bytes",
      help: "Size of the captured pictures.",
      buckets: [16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
    });
    this.#registerUploads(metrics);
    tellBlockingLists(metrics);
    metrics.gauge({
      name: "stills_captures_in_progress",
      help: "Captures in progress on this worker.",
      read: () => activity.jobUIDs.length,
    });
    metrics.gauge({
      name: "stills_worker_slots",
      help: "Captures this worker can do at the same time.",
      read: () => slots,
    });
    metrics.gauge({
      name: "stills_browser_processes",
      help: "Running processes of this worker's browsers.",
      read: () => this.#browserProcesses,
    });
    metrics.gauge({
      name: "stills_browser_memory_bytes",
      help: "Memory of this worker's browsers; shared memory counts once if the kernel reports it.",
      read: () => this.#browserMemoryBytes,
    });
  }

  #registerUploads(metrics: Metrics): void {
    metrics.gauge({
      name: "stills_upload_buffer_bytes",
      help: "Bytes of captured pictures that wait to be stored.",
      read: () => this.#uploads.heldBytes,
    });
  }

  /** Shows what waits to be stored. */
  observeUploads(buffer: { heldBytes: number }): void {
    this.#uploads = buffer;
  }

  captured(timings: StageTimings, sizeBytes: number): void {
    this.#attempts.increment({ outcome: "captured", reason: "Captured" });
    this.#pictureSize.observe(sizeBytes);
    for (const stage of stages) this.#observe(stage, timings[stage]);
  }

  failed(reason: Reason): void {
    const known = failureReasons.includes(reason) ? reason : "InternalError";
    this.#attempts.increment({ outcome: "failed", reason: known });
  }

  skipped(cause: SkipCause): void {
    this.#skipped.increment({ cause });
  }

  redelivered(): void {
    this.#redeliveries.increment();
  }

  restarted(cause: RestartCause): void {
    this.#restarts.increment({ cause });
  }

  transferred(bytesUp: number, bytesDown: number): void {
    this.#transferred.increment({ direction: "up" }, bytesUp);
    this.#transferred.increment({ direction: "down" }, bytesDown);
  }

  browserLoad(load: { processes: number; memoryBytes: number }): void {
    this.#browserProcesses = load.processes;
    this.#browserMemoryBytes = load.memoryBytes;
  }

  #observe(stage: Stage, milliseconds: number | undefined): void {
    if (milliseconds !== undefined) this.#stageDuration.observe(milliseconds / 1000, { stage });
  }
}

function tellBlockingLists(metrics: Metrics): void {
  const { version } = blockingListsPackage;
  const lists = metrics.gauge({
    name: "stills_blocking_lists_info",
    help: "Version of the lists for blocking ads, trackers, chats and banners; always 1.",
    labels: { version: [version] },
  });
  lists.set(1, { version });
}
