import { Failure } from "../../api/reasons/failure.ts";
import type { CaptureRequest } from "../../api/messages/capture-messages.ts";
import type { PageSecrets } from "../../api/options/sealed-fields.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { askForSecrets } from "./ask-for-secrets.ts";
import { factsOf } from "./attempt.ts";
import type { BrowserSupervisor } from "../browser/browser-supervisor.ts";
import { captureRequest } from "./capture.ts";
import type { Picture } from "./capture.ts";
import { EgressLost } from "../network/egress-client.ts";
import type { EgressWatch } from "../network/egress-watch.ts";
import { failAfter } from "./fail-after.ts";
import type { WorkerMetrics } from "../metrics.ts";
import type { PreparedPage } from "../browser/prepared-page.ts";

export interface TakePageParts {
  nats: Nats;
  supervisor: BrowserSupervisor;
  egress: EgressWatch;
  metrics: WorkerMetrics;
  clock: Clock;
  log: Logger;
}

export interface TakePageOptions {
  signal: AbortSignal;
  /** Gets what is still to be done when the picture is there. */
  leftovers: AsyncDisposableStack;
}

export interface TakenPage {
  picture: Picture;
  /** For a page that was ready, and the job's secrets. */
  waitMilliseconds: number;
}

/** A capture keeps its own time; this is for one that does not come back. */
const captureGraceMilliseconds = 10_000;
/** Of one page under which the egress proxy is lost, within one attempt. */
const mostTakes = 5;
const firstPauseMilliseconds = 250;
/** Then another worker may have better luck with the next attempt. */
const egressTimeoutMilliseconds = 60_000;

/**
 * The picture of one attempt, taken again when the egress proxy was lost under the page: that is no fault of the job, and no attempt is
 * spent on it.
 * @throws a Failure, or the signal's reason
 */
export async function takePage(
  parts: TakePageParts,
  request: CaptureRequest,
  options: TakePageOptions,
): Promise<TakenPage> {
  for (let takes = 1; ; takes += 1) {
    try {
      return await takeOnce(parts, request, options);
    } catch (thrown) {
      if (!(thrown instanceof EgressLost) || takes >= mostTakes) throw thrown;
      parts.log.warn({ ...factsOf(request), err: thrown, takes }, "Page is to be taken again");
      await parts.clock.sleep(firstPauseMilliseconds * 2 ** (takes - 1), options.signal);
      await untilReachable(parts.egress, options.signal, thrown);
    }
  }
}

/** @throws what was lost when it does not come back, or the signal's reason */
async function untilReachable(
  egress: EgressWatch,
  signal: AbortSignal,
  lost: EgressLost,
): Promise<void> {
  using limit = failAfter(egressTimeoutMilliseconds, () => lost);
  await egress.untilReachable(AbortSignal.any([signal, limit.signal]));
}

async function takeOnce(
  parts: TakePageParts,
  request: CaptureRequest,
  { signal, leftovers }: TakePageOptions,
): Promise<TakenPage> {
  const { supervisor, metrics, clock } = parts;
  const askedAt = clock.monotonicMilliseconds();
  const secrets = request.hasSealedFields ? await askForSecrets(parts, request, signal) : undefined;
  const prepared = await supervisor.borrow(signal);
  try {
    const waitMilliseconds = clock.monotonicMilliseconds() - askedAt;
    prepared.forwarder.authorize(request.proxyTokens.page);
    if (secrets?.proxy !== undefined) prepared.forwarder.useUpstream(secrets.proxy);
    const picture = await capturePage(prepared, request, { signal, secrets });
    return { picture, waitMilliseconds };
  } catch (thrown) {
    signal.throwIfAborted();
    // Whatever went wrong may be for that.
    prepared.forwarder.lost.throwIfAborted();
    throw thrown;
  } finally {
    const disposed = prepared.dispose().then(() => {
      const { bytesUp, bytesDown } = prepared.forwarder.transfer;
      metrics.transferred(bytesUp, bytesDown);
    });
    leftovers.defer(() => disposed);
  }
}

async function capturePage(
  prepared: PreparedPage,
  { capture }: CaptureRequest,
  { signal, secrets }: { signal: AbortSignal; secrets: PageSecrets | undefined },
): Promise<Picture> {
  using grace = failAfter(
    capture.captureTimeoutSeconds * 1000 + captureGraceMilliseconds,
    () =>
      new Failure("CaptureTimedOut", {
        message: `The capture did not end within captureTimeoutSeconds (${capture.captureTimeoutSeconds})`,
      }),
  );
  const limit = AbortSignal.any([signal, prepared.lost, grace.signal]);
  limit.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(limit.reason as Error);
  limit.addEventListener("abort", abort, { once: true });
  const picture = captureRequest(prepared.page, capture, {
    signal: limit,
    refusalOf: (url) => prepared.forwarder.refusalOf(url),
    ...(secrets === undefined ? {} : { secrets }),
  });
  try {
    // The capture ends with its signal, too; this is in case it hangs.
    return await Promise.race([picture, aborted.promise]);
  } finally {
    limit.removeEventListener("abort", abort);
    picture.catch(() => undefined);
  }
}
