import { Failure } from "../../api/reasons/failure.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import { parseAccountTargets } from "../../core/targets/account-targets.ts";
import type { PageSecrets } from "../../api/messages/page-secrets.ts";
import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";
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
import { capturePage } from "./capture-page.ts";
import type { ControllerClient } from "./controller-client.ts";
import type { Picture } from "./capture-output.ts";

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
    { signal, disposals }: PageCaptureOptions,
  ): Promise<CapturedPage> {
    const { blockingLists, browser, controller, metrics, clock } = this.#dependencies;
    const { encoders, videoEncoder } = this.#dependencies;
    const startedAt = clock.monotonicMilliseconds();
    const secrets = request.hasSealedFields
      ? await controller.openSealedFields(request, signal)
      : undefined;
    const prepared = await browser.acquirePage(signal);
    const { forwarder } = prepared;
    try {
      const waitMilliseconds = clock.monotonicMilliseconds() - startedAt;
      forwarder.authorize(request.proxyTokens.page);
      forwarder.limitTargets(parseAccountTargets(request.targets));
      if (secrets?.proxy !== undefined) forwarder.useUpstream(secrets.proxy);
      const scalePicture = encoders.scale.bind(encoders);
      const picture = await captureWithin(prepared, request, {
        signal,
        secrets,
        scalePicture,
        encodeVideo: videoEncoder.encode.bind(videoEncoder),
        blockingLists,
      });
      return { picture, waitMilliseconds };
    } catch (thrown) {
      signal.throwIfAborted();
      // The loss of the egress proxy explains any other failure.
      forwarder.lost.throwIfAborted();
      throw thrown;
    } finally {
      const disposed = prepared.dispose().then(() => {
        const { bytesUp, bytesDown } = forwarder.transfer;
        metrics.transferred(bytesUp, bytesDown);
      });
      disposals.defer(() => disposed);
    }
  }
}

/** Ends with its deadline even if the capture hangs. */
async function captureWithin(
  { page, forwarder, lost }: PreparedPage,
  { capture, targets }: CaptureRequest,
  options: {
    signal: AbortSignal;
    secrets: PageSecrets | undefined;
    scalePicture: ScalePicture;
    encodeVideo: EncodeVideo;
    blockingLists: BlockingLists;
  },
): Promise<Picture> {
  const { signal, secrets, scalePicture, encodeVideo, blockingLists } = options;
  const { captureTimeoutSeconds } = capture;
  using deadline = new Deadline({
    milliseconds: captureTimeoutSeconds * 1000 + captureGraceMilliseconds,
    reason: () =>
      new Failure("BrowserFailed", {
        message: `The browser hung: the capture did not end with captureTimeoutSeconds (${captureTimeoutSeconds})`,
      }),
    parents: [signal, lost],
  });
  deadline.signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(deadline.signal.reason as Error);
  deadline.signal.addEventListener("abort", abort, { once: true });
  const picture = capturePage(page, capture, {
    signal: deadline.signal,
    refusalOf: (url) => forwarder.refusalOf(url),
    scalePicture,
    encodeVideo,
    blocking: {
      lists: blockingLists,
      blockHosts: (isBlocked) => forwarder.blockHosts(isBlocked),
    },
    ...(secrets === undefined ? {} : { secrets }),
    targets: parseAccountTargets(targets),
  });
  try {
    return await Promise.race([picture, aborted.promise]);
  } finally {
    deadline.signal.removeEventListener("abort", abort);
    picture.catch(() => undefined);
  }
}
