import { Failure } from "../../api/reasons/failure.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import { parseAccountTargets } from "../../core/targets/account-targets.ts";
import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import { unlessAborted } from "../../platform/process/unless-aborted.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { attemptLogFields } from "../attempt-identity.ts";
import type { BlockingLists } from "../blocking/blocking-lists.ts";
import type { BrowserSupervisor } from "../browser/browser-supervisor.ts";
import type { PreparedPage } from "../browser/prepared-page.ts";
import type { EncoderPool } from "../encoding/encoder-pool.ts";
import type { VideoEncoder } from "../encoding/video-encoder.ts";
import type { EncodeVideo } from "../encoding/video-order.ts";
import type { ScalePicture } from "../encoding/scale-order.ts";
import type { WorkerMetrics } from "../metrics.ts";
import { EgressLost } from "../network/egress-client.ts";
import type { InputReader } from "../inputs/input-reader.ts";
import type { Tries } from "../tries.ts";
import type { EgressMonitor } from "../network/egress-monitor.ts";
import { captureAgain } from "./capture-again.ts";
import type { CaptureContext } from "./capture-environment.ts";
import { capturePage } from "./capture-page.ts";
import type { ControllerClient } from "./controller-client.ts";
import type { Picture } from "./capture-output.ts";
import { LoadNotShared, type LoadShare } from "./shared-load.ts";
import type { CaptureInProgress } from "./steps/capture-step.ts";

interface PageCapturerDependencies {
  browser: BrowserSupervisor;
  controller: ControllerClient;
  inputReader: InputReader;
  egressMonitor: EgressMonitor;
  encoders: EncoderPool;
  videoEncoder: VideoEncoder;
  blockingLists: BlockingLists;
  metrics: WorkerMetrics;
  clock: Clock;
  log: Logger;
}

interface PageCaptureOptions extends Tries {
  /** Receives the disposal of the page, which the caller may await later. */
  disposals: AsyncDisposableStack;
  /** Captures that share a page with this one. */
  share?: LoadShare | undefined;
}

interface CapturedPage {
  picture: Picture;
  /** For a ready page, and for the job's secrets. */
  waitMilliseconds: number;
}

/** A capture ends by its own deadline; this much later one that hangs is given up. */
const captureGraceMilliseconds = 10_000;
/** Captures within one attempt, when the egress proxy is lost each time. */
const mostCaptures = 5;
const recaptureBackoff = { firstMilliseconds: 250, mostMilliseconds: 60_000, jitter: 0 };
/** After this the attempt fails: another worker may reach the egress proxy. */
const egressTimeoutMilliseconds = 60_000;

/** Captures the page of a request in a page of the worker's browser. */
export class PageCapturer {
  readonly #dependencies: PageCapturerDependencies;

  constructor(dependencies: PageCapturerDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Captures the page; again when the egress proxy was lost meanwhile, since no attempt should be spent on that.
   * @throws Failure, JobFinished, or the signal's reason
   */
  async capture(given: CaptureRequest, options: PageCaptureOptions): Promise<CapturedPage> {
    const { clock, inputReader, log } = this.#dependencies;
    if (options.share !== undefined && options.share.place > 0)
      return await this.#captureOfShared(given, options.share, options.signal);
    const request = { ...given, capture: await inputReader.resolve(given, options) };
    for (let captures = 1; ; captures += 1) {
      try {
        return await this.#captureOnce(request, options);
      } catch (thrown) {
        if (!(thrown instanceof EgressLost) || captures >= mostCaptures) throw thrown;
        const fields = { ...attemptLogFields(request), err: thrown, captures };
        log.warn(fields, "Egress proxy was lost; capturing the page again");
        options.onFailedTry(thrown);
        const pauseMilliseconds = backoffMilliseconds(captures - 1, recaptureBackoff, 0);
        await clock.sleep(pauseMilliseconds, options.signal);
        await this.#untilEgressReachable(options.signal, thrown);
      }
    }
  }

  /** Takes the picture of the page that another capture has loaded. @throws LoadNotShared, or the signal's reason */
  async #captureOfShared(
    request: CaptureRequest,
    { load, place, patienceMilliseconds }: LoadShare,
    signal: AbortSignal,
  ): Promise<CapturedPage> {
    const { clock } = this.#dependencies;
    const startedAt = clock.monotonicMilliseconds();
    using patience = new Deadline({
      milliseconds: patienceMilliseconds,
      reason: () => new LoadNotShared(),
      parents: [signal],
    });
    try {
      const { prepared, taken } = await load.turn(place, patience.signal);
      const waitMilliseconds = clock.monotonicMilliseconds() - startedAt;
      const picture = await captureWithin(prepared, request, {
        signal: patience.signal,
        capture: (context) => captureAgain(taken, request.capture, context),
        tools: this.#tools(),
      });
      return { picture, waitMilliseconds };
    } catch (thrown) {
      signal.throwIfAborted();
      throw thrown instanceof LoadNotShared ? thrown : new LoadNotShared(thrown);
    }
  }

  /** @throws `lost` when the proxy stays away, or the signal's reason */
  async #untilEgressReachable(signal: AbortSignal, lost: EgressLost): Promise<void> {
    using deadline = new Deadline({
      milliseconds: egressTimeoutMilliseconds,
      reason: () => lost,
      parents: [signal],
    });
    await this.#dependencies.egressMonitor.untilReachable(deadline.signal);
  }

  async #captureOnce(
    request: CaptureRequest,
    { signal, disposals, share }: PageCaptureOptions,
  ): Promise<CapturedPage> {
    const { browser, controller, clock } = this.#dependencies;
    const startedAt = clock.monotonicMilliseconds();
    const secrets = request.hasSealedFields
      ? await controller.openSealedFields(request, signal)
      : undefined;
    const prepared = this.#counted(await browser.acquirePage(signal));
    const { forwarder, page } = prepared;
    let isShared = false;
    try {
      const waitMilliseconds = clock.monotonicMilliseconds() - startedAt;
      forwarder.authorize(request.proxyTokens.page);
      forwarder.limitTargets(parseAccountTargets(request.targets));
      if (secrets?.proxy !== undefined) forwarder.useUpstream(secrets.proxy);
      let taken: CaptureInProgress | undefined;
      const picture = await captureWithin(prepared, request, {
        signal,
        capture: (context) =>
          capturePage(page, request.capture, {
            ...context,
            ...(secrets !== undefined && { secrets }),
            onTaken: (state) => void (taken = state),
          }),
        tools: this.#tools(),
      });
      if (share !== undefined && taken !== undefined) {
        share.load.provide({ prepared, taken });
        isShared = true;
      }
      return { picture, waitMilliseconds };
    } catch (thrown) {
      signal.throwIfAborted();
      // The loss of the egress proxy explains any other failure.
      forwarder.lost.throwIfAborted();
      throw thrown;
    } finally {
      if (!isShared) {
        const disposed = prepared.dispose();
        disposals.defer(() => disposed);
      }
    }
  }

  /** The page, whose disposal tells what it has transferred. */
  #counted(prepared: PreparedPage): PreparedPage {
    const dispose = async (): Promise<void> => {
      await prepared.dispose();
      const { bytesUp, bytesDown } = prepared.forwarder.transfer;
      this.#dependencies.metrics.transferred(bytesUp, bytesDown);
    };
    return { ...prepared, dispose };
  }

  #tools(): CaptureTools {
    const { blockingLists, encoders, videoEncoder } = this.#dependencies;
    return {
      blockingLists,
      scalePicture: encoders.scale.bind(encoders),
      encodeVideo: videoEncoder.encode.bind(videoEncoder),
    };
  }
}

interface CaptureTools {
  scalePicture: ScalePicture;
  encodeVideo: EncodeVideo;
  blockingLists: BlockingLists;
}

interface CaptureWithin {
  signal: AbortSignal;
  capture: (context: CaptureContext) => Promise<Picture>;
  tools: CaptureTools;
}

/** Ends with its deadline even if the capture hangs. */
async function captureWithin(
  { forwarder, lost }: PreparedPage,
  { capture: { captureTimeoutSeconds }, targets }: CaptureRequest,
  { signal, capture, tools }: CaptureWithin,
): Promise<Picture> {
  const { blockingLists, scalePicture, encodeVideo } = tools;
  using deadline = new Deadline({
    milliseconds: captureTimeoutSeconds * 1000 + captureGraceMilliseconds,
    reason: () =>
      new Failure("BrowserFailed", {
        message: `The browser hung: the capture did not end with captureTimeoutSeconds (${captureTimeoutSeconds})`,
      }),
    parents: [signal, lost],
  });
  deadline.signal.throwIfAborted();
  const picture = capture({
    signal: deadline.signal,
    refusalOf: (url) => forwarder.refusalOf(url),
    scalePicture,
    encodeVideo,
    blocking: {
      lists: blockingLists,
      blockHosts: (isBlocked) => forwarder.blockHosts(isBlocked),
    },
    targets: parseAccountTargets(targets),
  });
  picture.catch(() => undefined);
  return await unlessAborted(picture, [deadline.signal]);
}
