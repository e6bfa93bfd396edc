import { createHash } from "node:crypto";
import { Failure, toFailure } from "../../api/reasons/failure.ts";
import type { CaptureOutcome, StageTimings } from "../../api/messages/capture-result.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import { mediaTypeOf } from "../../core/storage/object-keys.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { attemptLogFields } from "../attempt-identity.ts";
import { JobFinished } from "../job-finished-error.ts";
import type { WorkerMetrics } from "../metrics.ts";
import type { EgressMonitor } from "../network/egress-monitor.ts";
import type { StoreTries } from "../tries.ts";
import type { CopyUploader } from "../upload/copy-uploader.ts";
import type { StoredCopier } from "../upload/stored-copier.ts";
import type { UploadBuffer } from "../upload/upload-buffer.ts";
import type { UploadContent, Uploader } from "../upload/uploader.ts";
import type { Picture } from "./capture-output.ts";
import type { ControllerClient } from "./controller-client.ts";
import type { DirectPictureSender } from "./direct-picture-sender.ts";
import type { PageCapturer } from "./page-capturer.ts";
import { LoadNotShared, type LoadShare } from "./shared-load.ts";
import type { PageContent } from "./steps/capture-step.ts";

interface AttemptRunnerDependencies {
  controller: ControllerClient;
  pageCapturer: PageCapturer;
  directPictures: DirectPictureSender;
  uploader: Uploader;
  uploadBuffer: UploadBuffer;
  copyUploader: CopyUploader;
  storedCopier: StoredCopier;
  egressMonitor: EgressMonitor;
  metrics: WorkerMetrics;
  clock: Clock;
  log: Logger;
}

export interface AttemptOptions {
  /** How often the request has been delivered, from 1. */
  deliveryCount: number;
  /** How long the request has waited on the stream. */
  waitedMilliseconds: number;
  signal: AbortSignal;
  /** Called when the page is captured and its picture has room to wait in: the next capture may begin. */
  onCaptured: () => void;
  /** Captures that share a page with this one. */
  share?: LoadShare | undefined;
}

/** From this delivery on the page is assumed to kill workers, and is not captured. */
export const deliveriesBeforeGivingUp = 3;

/** When a job's time is over that has waited longer for its picture to be stored, that is the object store's fault. */
const longestUploadMilliseconds = 5_000;

/** Of a controller that sends none: it cancels the capture of a job whose time is over. */
const longestBudgetMilliseconds = 3_600_000;

/** Runs one attempt of a job: captures the page, and stores the picture. */
export class AttemptRunner {
  readonly #dependencies: AttemptRunnerDependencies;

  constructor(dependencies: AttemptRunnerDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Returns the outcome to report; undefined when the job has ended meanwhile, so that there is nothing to report.
   * @throws the signal's reason, and nothing else
   */
  async run(
    request: CaptureRequest,
    { deliveryCount, waitedMilliseconds, signal, onCaptured, share }: AttemptOptions,
  ): Promise<CaptureOutcome | undefined> {
    const { controller } = this.#dependencies;
    const { budgetMilliseconds = longestBudgetMilliseconds } = request;
    const { clock } = this.#dependencies;
    let lastFailure: Failure | undefined;
    let capturedAtMilliseconds = Number.POSITIVE_INFINITY;
    let isCopying = false;
    using deadline = new Deadline({
      milliseconds: budgetMilliseconds - waitedMilliseconds,
      reason: () => {
        const hasWaited =
          clock.monotonicMilliseconds() - capturedAtMilliseconds > longestUploadMilliseconds;
        const unstored = isCopying ? notCopied() : hasWaited ? notStored() : undefined;
        return this.#deadlineExceeded(lastFailure ?? unstored);
      },
      parents: [signal],
    });
    const tries: StoreTries = {
      signal: deadline.signal,
      onFailedTry: (failure) => void (lastFailure = failure),
      onCopying: () => {
        isCopying = true;
        lastFailure = undefined;
      },
      onCaptured: () => {
        capturedAtMilliseconds = clock.monotonicMilliseconds();
        onCaptured();
      },
    };
    try {
      deadline.signal.throwIfAborted();
      const isCompanion = share !== undefined && share.place > 0;
      if (deliveryCount >= deliveriesBeforeGivingUp && !isCompanion)
        throw workerCrashed(deliveryCount);
      if (deliveryCount > 1) {
        const state = await controller.stateOf(request, deadline.signal);
        if (state.kind === "Stored")
          return await this.#dependencies.storedCopier.finish(request, state, tries);
        if (state.kind !== "Wanted") return undefined;
        // What killed the worker may have been the page of another job.
        if (isCompanion) throw new LoadNotShared();
      }
      return await this.#captureAndStore(request, tries, share);
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof JobFinished) return undefined;
      return this.#outcomeOf(thrown, request);
    }
  }

  /** The outcome of an attempt that ended without a picture. */
  #outcomeOf(thrown: unknown, request: CaptureRequest): CaptureOutcome {
    const { log } = this.#dependencies;
    const fields = attemptLogFields(request);
    if (thrown instanceof LoadNotShared) {
      log.info({ ...fields, err: thrown.cause }, "Page was not shared");
      return { kind: "Returned" };
    }
    const failure = toFailure(thrown);
    const { reason, message, returnedStatusCode } = failure;
    const level = reason === "InternalError" ? "error" : "info";
    log[level]({ ...fields, reason, err: failure }, "Capture failed");
    return {
      kind: "Failed",
      reason,
      message,
      ...(returnedStatusCode !== undefined && { returnedStatusCode }),
    };
  }

  async #captureAndStore(
    request: CaptureRequest,
    tries: StoreTries,
    share: LoadShare | undefined,
  ): Promise<CaptureOutcome> {
    const { clock, copyUploader, directPictures, log, metrics, pageCapturer, uploader } =
      this.#dependencies;
    const { uploadBuffer } = this.#dependencies;
    const startedAt = clock.monotonicMilliseconds();
    // The page is disposed of while the picture is sent and stored, which needs no browser.
    await using disposals = new AsyncDisposableStack();
    const { picture, waitMilliseconds } = await pageCapturer.capture(request, {
      ...tries,
      disposals,
      share,
    });
    const capturedAt = clock.monotonicMilliseconds();
    const sha256 = sha256Of(picture.bytes);
    directPictures.send(request, { ...picture, sha256 });
    using _room = await uploadBuffer.reserve(bytesOf(picture), tries.signal);
    tries.onCaptured();
    const artifact = await uploader.store(request, { ...picture, sha256 }, tries);
    // Before the outcome is reported, so that the content exists when its job has ended.
    const { content, mediaType, slices = [] } = picture;
    if (content !== undefined)
      await uploader.store(request, uploadOf(content, artifact.key), tries);
    for (const [slice, part] of slices.entries()) {
      const placed = { slice, pictureKey: artifact.key, mediaType };
      await uploader.store(request, { ...part, ...placed, sha256: sha256Of(part.bytes) }, tries);
    }
    if (request.hasOwnBucket) {
      tries.onCopying();
      await copyUploader.copy(request, { ...picture, sha256 }, tries);
    }
    const endedAt = clock.monotonicMilliseconds();
    const timingsMilliseconds = rounded({
      wait: waitMilliseconds,
      ...picture.timingsMilliseconds,
      store: endedAt - capturedAt,
    });
    metrics.captured(timingsMilliseconds, artifact.sizeBytes);
    log.info(
      {
        ...attemptLogFields(request),
        durationSeconds: (endedAt - startedAt) / 1000,
        timingsMilliseconds,
        sizeBytes: artifact.sizeBytes,
      },
      "Captured page",
    );
    const { warnings, metadata } = picture;
    return {
      kind: "Captured",
      artifact,
      ...(request.hasOwnBucket && { isCopied: true }),
      timingsMilliseconds,
      warnings,
      ...(metadata === undefined ? {} : { metadata }),
    };
  }

  /** What was tried again until the end says more than the deadline does. */
  #deadlineExceeded(lastFailure: Failure | undefined): Failure {
    const { unreadyReason } = this.#dependencies.egressMonitor.condition;
    const cause =
      unreadyReason === undefined ? "" : `; no page can be loaded now (${unreadyReason.reason})`;
    const message = `The time for this job was over before the picture was stored${cause}`;
    if (lastFailure === undefined) return new Failure("DeadlineExceeded", { message });
    return new Failure(lastFailure.reason, {
      message: `${lastFailure.message}. ${message}`,
      cause: lastFailure,
    });
  }
}

function bytesOf({ bytes, content, slices = [] }: Picture): number {
  const beside = slices.reduce((sum, slice) => sum + slice.bytes.length, 0);
  return bytes.length + (content?.bytes.length ?? 0) + beside;
}

function notStored(): Failure {
  return new Failure("StorageUnavailable", {
    message: "The page was captured, but the object store had not taken its picture",
  });
}

function notCopied(): Failure {
  return new Failure("BucketUnavailable", {
    message: "The picture is stored, but your bucket had not taken its copy",
  });
}

function uploadOf({ bytes, format }: PageContent, pictureKey: string): UploadContent {
  return { bytes, sha256: sha256Of(bytes), mediaType: mediaTypeOf(format), pictureKey };
}

/** In lower-case hexadecimal. */
function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function rounded(timings: StageTimings): StageTimings {
  return Object.fromEntries(
    Object.entries(timings).map(([stage, milliseconds]) => [stage, Math.round(milliseconds)]),
  );
}

function workerCrashed(deliveryCount: number): Failure {
  return new Failure("WorkerCrashed", {
    message: `The worker died ${deliveryCount - 1} times while it captured this page; a smaller viewport or extent may help`,
  });
}
