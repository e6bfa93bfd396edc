import { toFailure } from "../../api/reasons/failure.ts";
import { captureMessageID, subjects } from "../../api/messages/subjects.ts";
import { messageVersion } from "../../api/messages/message-version.ts";
import { parseAttempt } from "../../api/messages/attempt-identity.ts";
import { parseCaptureRequest } from "../../api/messages/capture-request.ts";
import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import type { CaptureOutcome, CaptureResult } from "../../api/messages/capture-result.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { keepWorking } from "../../platform/nats/message-lease.ts";
import { Publisher } from "../../platform/nats/publisher.ts";
import type { Delivery } from "../../platform/nats/pull-consumer.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { attemptIdentityOf, attemptLogFields } from "../attempt-identity.ts";
import type { ClockMonitor } from "../clock-monitor.ts";
import type { WorkerMetrics } from "../metrics.ts";
import type { WorkerActivity } from "../worker-activity.ts";
import { deliveriesBeforeGivingUp } from "./attempt-runner.ts";
import type { AttemptOptions, AttemptRunner } from "./attempt-runner.ts";
import { JobCancelled } from "./cancellation-listener.ts";
import type { CancellationListener } from "./cancellation-listener.ts";
import { SharedLoad } from "./shared-load.ts";

interface CaptureRequestHandlerDependencies {
  nats: Nats;
  attemptRunner: AttemptRunner;
  cancellations: CancellationListener;
  activity: WorkerActivity;
  clockMonitor: ClockMonitor;
  metrics: WorkerMetrics;
  log: Logger;
  pool: string;
  worker: string;
  /** Of the consumer of capture requests. */
  ackWaitSeconds: number;
}

/** What ends the handling of a request from outside. */
interface HandledSignals {
  /** Another worker may have the request. */
  lost: AbortSignal;
  returning: AbortSignal;
}

type RunOptions = Pick<AttemptOptions, "onCaptured" | "share">;

/** The drain timeout is over: the request goes to another worker. */
export class RequestReturned extends Error {
  constructor() {
    super("The worker is stopping and returns the request");
    this.name = "RequestReturned";
  }
}

/** How many times the ack wait the worker tries to publish a result: NATS may be down for longer than one. */
const publishAckWaits = 4;

/**
 * Handles capture requests: runs the attempt, publishes its result, then acknowledges. An unacknowledged request is delivered
 * again, so every step before the acknowledgement may be repeated.
 */
export class CaptureRequestHandler {
  readonly #dependencies: CaptureRequestHandlerDependencies;
  readonly #publisher: Publisher;

  constructor(dependencies: CaptureRequestHandlerDependencies) {
    this.#dependencies = dependencies;
    this.#publisher = new Publisher(dependencies.nats);
  }

  /**
   * @param options `returning`: aborted with RequestReturned when the request has to be returned unfinished; `freeSlot`: called when
   *   the page is captured, and what remains takes no slot
   * @throws Failure when NATS does not accept the result
   */
  async handle(
    delivery: Delivery,
    { returning, freeSlot }: { returning: AbortSignal; freeSlot: () => void },
  ): Promise<void> {
    const request = await this.#parse(delivery);
    if (request === undefined) return;
    const { ackWaitSeconds, nats, metrics } = this.#dependencies;
    if (delivery.deliveryCount > 1) metrics.redelivered();
    using lease = keepWorking(nats, delivery, { ackWaitSeconds });
    const options = { lost: lease.lost, returning };
    const { companions = [] } = request;
    const isDone =
      companions.length === 0
        ? await this.#capture(request, delivery, { ...options, onCaptured: freeSlot })
        : await this.#captureTogether([request, ...companions], delivery, { ...options, freeSlot });
    if (isDone) await this.#acknowledge(request, delivery);
  }

  /**
   * Captures jobs that share a page, each with an outcome of its own. The slot is free when the last of them has its picture.
   * @returns whether the delivery may be acknowledged
   * @throws Failure when NATS does not accept one of the results
   */
  async #captureTogether(
    requests: readonly CaptureRequest[],
    delivery: Delivery,
    { lost, returning, freeSlot }: HandledSignals & { freeSlot: () => void },
  ): Promise<boolean> {
    await using load = new SharedLoad(requests.length);
    const patienceMilliseconds = patienceOf(requests);
    let captured = 0;
    const handled = requests.map(async (request, place) => {
      const leave = once(() => {
        load.leave(place);
        captured += 1;
        if (captured === requests.length) freeSlot();
      });
      const share = { load, place, patienceMilliseconds };
      const options = { lost, returning, onCaptured: leave, share };
      return await this.#capture(request, delivery, options).finally(leave);
    });
    // Each is awaited, also when another one fails.
    await Promise.allSettled(handled);
    return (await Promise.all(handled)).every(Boolean);
  }

  /** Captures one job and publishes its outcome. Returns whether its request is done with: not when another worker has it now. */
  async #capture(
    request: CaptureRequest,
    delivery: Delivery,
    { lost, returning, onCaptured, share }: HandledSignals & RunOptions,
  ): Promise<boolean> {
    const { uid } = request.job;
    const { activity, cancellations } = this.#dependencies;
    using cancellation = cancellations.watch(uid);
    using _held = activity.hold(uid);
    const signal = AbortSignal.any([lost, cancellation.signal, returning]);
    const outcome = await this.#run(request, delivery, {
      signal,
      onCaptured: () => {
        activity.startStoring(uid);
        onCaptured();
      },
      share,
    });
    if (outcome !== undefined) await this.#publish(request, delivery, outcome);
    return outcome !== undefined || !lost.aborted;
  }

  /** The outcome to report; undefined if there is none. */
  async #run(
    request: CaptureRequest,
    { deliveryCount, storedMilliseconds }: Delivery,
    options: RunOptions & Pick<AttemptOptions, "signal">,
  ): Promise<CaptureOutcome | undefined> {
    const { activity, attemptRunner, clockMonitor, metrics } = this.#dependencies;
    // It arrived while the pull was being ended, and has not been started.
    if (activity.draining.aborted && deliveryCount < deliveriesBeforeGivingUp)
      return this.#returned(request);
    try {
      const waitedMilliseconds = clockMonitor.millisecondsSince(storedMilliseconds);
      const outcome = await attemptRunner.run(request, {
        ...{ deliveryCount, waitedMilliseconds, ...options },
      });
      if (outcome === undefined) metrics.skipped("Finished");
      else if (outcome.kind === "Failed") metrics.failed(outcome.reason);
      return outcome;
    } catch (thrown) {
      if (thrown instanceof RequestReturned) return this.#returned(request);
      this.#reportSkipped(request, thrown);
      return undefined;
    }
  }

  #returned(request: CaptureRequest): CaptureOutcome {
    const { log, metrics } = this.#dependencies;
    metrics.skipped("Returned");
    log.info(attemptLogFields(request), "Returned a capture request");
    return { kind: "Returned" };
  }

  #reportSkipped(request: CaptureRequest, thrown: unknown): void {
    const { log, metrics } = this.#dependencies;
    const fields = attemptLogFields(request);
    if (thrown instanceof JobCancelled) {
      metrics.skipped("Cancelled");
      log.info(fields, "Capture was cancelled");
    } else {
      metrics.skipped("LeaseLost");
      log.warn({ ...fields, err: thrown }, "Gave up a capture whose lease was lost");
    }
  }

  /** Ends a request that cannot be read, which would be redelivered for ever; its job fails if its identity can be read. */
  async #parse(delivery: Delivery): Promise<CaptureRequest | undefined> {
    try {
      return parseCaptureRequest(delivery.body);
    } catch (thrown) {
      const { reason, message } = toFailure(thrown);
      const { log, metrics } = this.#dependencies;
      log.error({ err: thrown, subject: delivery.subject }, "Could not read a capture request");
      const attempt = attemptIn(delivery.body);
      if (attempt === undefined) {
        delivery.term();
        return undefined;
      }
      metrics.failed(reason);
      const outcome = { kind: "Failed", reason, message } as const;
      await this.#publish({ ...attempt, dispatch: 0 }, delivery, outcome);
      await this.#acknowledge(attempt, delivery);
      return undefined;
    }
  }

  /** @throws Failure when NATS does not accept it for long; then the request is redelivered */
  async #publish(
    request: AttemptIdentity & { dispatch: number },
    { sequence, deliveryCount }: Delivery,
    outcome: CaptureOutcome,
  ): Promise<void> {
    const { ackWaitSeconds, pool, worker } = this.#dependencies;
    const { job, attempt, dispatch } = request;
    const result: CaptureResult = {
      version: messageVersion,
      ...attemptIdentityOf(request),
      worker,
      pool,
      outcome,
    };
    // Each delivery has its own result; only a repetition of this publish is a duplicate.
    const messageID = `${captureMessageID(job.uid, attempt, dispatch)}.${sequence}.${deliveryCount}`;
    await this.#publisher.publish(subjects.result(job.uid), result, {
      messageID,
      timeoutMilliseconds: publishAckWaits * ackWaitSeconds * 1000,
    });
  }

  async #acknowledge(attempt: AttemptIdentity, delivery: Delivery): Promise<void> {
    if (await delivery.ack()) return;
    this.#dependencies.log.warn(
      attemptLogFields(attempt),
      "Could not acknowledge a capture request; it may be redelivered",
    );
  }
}

/** Half of the time that is left to any of them: the other half is for a page of its own. */
function patienceOf(requests: readonly CaptureRequest[]): number {
  const budgets = requests.map(({ budgetMilliseconds = 0 }) => budgetMilliseconds);
  return Math.min(...budgets) / 2;
}

/** Calls the function the first time only. */
function once(call: () => void): () => void {
  let isCalled = false;
  return () => {
    if (!isCalled) call();
    isCalled = true;
  };
}

/** The identity in a message that is not valid otherwise; undefined if it has none. */
function attemptIn(body: unknown): AttemptIdentity | undefined {
  try {
    return parseAttempt(body);
  } catch {
    return undefined;
  }
}
