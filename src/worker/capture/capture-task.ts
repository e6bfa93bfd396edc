import { createHash } from "node:crypto";
import { Failure, toFailure } from "../../api/reasons/failure.ts";
import type {
  AttemptAnswer,
  CaptureOutcome,
  CaptureRequest,
  StageTimings,
} from "../../api/messages/capture-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { mediaTypeOf } from "../../core/storage/object-keys.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";
import { factsOf, identityOf } from "./attempt.ts";
import { sendDirectPicture } from "./direct-picture.ts";
import type { EgressWatch } from "../network/egress-watch.ts";
import { failAfter } from "./fail-after.ts";
import type { PageContent } from "./steps/capture-step.ts";
import { takePage } from "./take-page.ts";
import type { TakePageParts } from "./take-page.ts";
import { JobFinished } from "../upload/uploader.ts";
import type { Uploader } from "../upload/uploader.ts";

export interface CaptureTaskParts extends TakePageParts {
  uploader: Uploader;
}

/** With this delivery, the page is taken to be what kills workers. */
export const deliveriesBeforeGivingUp = 3;
const askTimeoutMilliseconds = 10_000;

/**
 * Carries out one attempt. Returns what to report, or undefined when there is nothing to report because the job has ended
 * elsewhere.
 * @throws the reason of the signal when that is aborted; nothing else.
 */
export async function carryOutAttempt(
  parts: CaptureTaskParts,
  request: CaptureRequest,
  options: { deliveryCount: number; signal: AbortSignal },
): Promise<CaptureOutcome | undefined> {
  const { deliveryCount, signal } = options;
  const { clock, log } = parts;
  using deadline = failAfter(request.notAfterMilliseconds - clock.now(), () =>
    tooLate(parts.egress),
  );
  const limit = AbortSignal.any([signal, deadline.signal]);
  try {
    limit.throwIfAborted();
    if (deliveryCount >= deliveriesBeforeGivingUp) throw workerCrashed(deliveryCount);
    if (deliveryCount > 1 && !(await isWanted(parts, request, limit))) return undefined;
    return await captureAndStore(parts, request, limit);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof JobFinished) return undefined;
    const failure = toFailure(thrown);
    const level = failure.reason === "InternalError" ? "error" : "info";
    log[level]({ ...factsOf(request), reason: failure.reason, err: failure }, "Capture failed");
    return { kind: "Failed", reason: failure.reason, message: failure.message };
  }
}

async function captureAndStore(
  parts: CaptureTaskParts,
  request: CaptureRequest,
  signal: AbortSignal,
): Promise<CaptureOutcome> {
  const { clock, metrics, uploader } = parts;
  const startedAt = clock.monotonicMilliseconds();
  // The page is given back while the picture is sent and stored: neither needs a browser.
  await using leftovers = new AsyncDisposableStack();
  const { picture, waitMilliseconds } = await takePage(parts, request, { signal, leftovers });
  const sha256 = createHash("sha256").update(picture.bytes).digest("hex");
  sendDirectPicture(parts, request, { ...picture, sha256 });
  const takenAt = clock.monotonicMilliseconds();
  const artifact = await uploader.store(
    request,
    { ...picture, sha256 },
    { storeToken: request.proxyTokens.store, signal },
  );
  if (picture.content !== undefined)
    await storeContent(uploader, request, { content: picture.content, signal });
  const timingsMilliseconds: StageTimings = {
    wait: waitMilliseconds,
    ...picture.timingsMilliseconds,
    store: clock.monotonicMilliseconds() - takenAt,
  };
  for (const [stage, milliseconds] of Object.entries<number>(timingsMilliseconds))
    timingsMilliseconds[stage] = Math.round(milliseconds);
  metrics.captured(timingsMilliseconds, artifact.sizeBytes);
  parts.log.info(
    {
      ...factsOf(request),
      durationSeconds: (clock.monotonicMilliseconds() - startedAt) / 1000,
      timingsMilliseconds,
      sizeBytes: artifact.sizeBytes,
    },
    "Captured page",
  );
  const { warnings, metadata } = picture;
  return {
    ...{ kind: "Captured", artifact, timingsMilliseconds, warnings },
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** Beside the picture, and before anybody hears of either. */
async function storeContent(
  uploader: Uploader,
  request: CaptureRequest,
  { content, signal }: { content: PageContent; signal: AbortSignal },
): Promise<void> {
  const { bytes, format } = content;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const storeToken = request.proxyTokens.store;
  const stored = { bytes, sha256, mediaType: mediaTypeOf(format) };
  await uploader.store(request, stored, { storeToken, signal });
}

/** Asks until a controller answers: rendering again what is there already would be waste, and so would giving up. */
async function isWanted(
  { nats, log }: CaptureTaskParts,
  request: CaptureRequest,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    try {
      const answer = (await sendRequest(nats, subjects.ask.attempt, identityOf(request), {
        timeoutMilliseconds: askTimeoutMilliseconds,
        signal,
      })) as AttemptAnswer | undefined;
      log.info({ ...factsOf(request), answer: answer?.kind }, "Asked about a redelivered attempt");
      return answer?.kind === "Wanted";
    } catch (thrown) {
      signal.throwIfAborted();
      if (toFailure(thrown).reason !== "InternalError") throw thrown;
      log.warn({ ...factsOf(request), err: thrown }, "No controller answers; asking again");
    }
  }
}

function workerCrashed(deliveryCount: number): Failure {
  return new Failure("WorkerCrashed", {
    message: `The worker died ${deliveryCount - 1} times while it captured this page; a smaller viewport or extent may help`,
  });
}

function tooLate({ shortcoming }: EgressWatch): Failure {
  const why =
    shortcoming === undefined ? "" : `; no page can be loaded now (${shortcoming.reason})`;
  return new Failure("DeadlineExceeded", {
    message: `The time for this job was over before the picture was stored${why}`,
  });
}
