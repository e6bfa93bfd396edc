import { toFailure } from "../../api/reasons/failure.ts";
import { captureMessageID, consumers, streams, subjects } from "../../api/messages/subjects.ts";
import {
  messageVersion,
  parseAttempt,
  parseCaptureRequest,
} from "../../api/messages/capture-messages.ts";
import type {
  AttemptIdentity,
  CaptureOutcome,
  CaptureRequest,
  CaptureResult,
} from "../../api/messages/capture-messages.ts";
import { keepWorking } from "../../platform/nats/lease.ts";
import { Publisher } from "../../platform/nats/publisher.ts";
import { PullConsumer } from "../../platform/nats/pull-consumer.ts";
import type { Delivery } from "../../platform/nats/pull-consumer.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import { factsOf, identityOf } from "./attempt.ts";
import { JobCancelled } from "./cancellations.ts";
import type { Cancellations } from "./cancellations.ts";
import { carryOutAttempt, deliveriesBeforeGivingUp } from "./capture-task.ts";
import type { CaptureTaskParts } from "./capture-task.ts";
import type { Readiness } from "../readiness.ts";

export interface CaptureLoopOptions extends CaptureTaskParts {
  pool: string;
  worker: string;
  slots: number;
  drainTimeoutSeconds: number;
  readiness: Readiness;
  cancellations: Cancellations;
  /** Of the consumer of captures. */
  ackWaitSeconds: number;
  /** Called when the loop begins to drain. */
  onDraining?: () => void;
}

/** The worker drains and the time for that is over; somebody else gets the job. */
class HandedBack extends Error {
  constructor() {
    super("The worker is stopping and hands the job back");
    this.name = "HandedBack";
  }
}

/** A pull without an answer is renewed after this. */
const pullMilliseconds = 30_000;
/** For handing back what could not be finished, once the time for draining is over. */
const handBackSeconds = 20;
/** How many times ack_wait a result is tried to be published: NATS may be away for longer than a lease. */
const publishAckWaits = 4;

/**
 * Takes capture requests of the pool, one for each free slot, and settles every one of them: publishes a result, then
 * acknowledges. What is not acknowledged is delivered again, so every step before can be repeated.
 */
export class CaptureLoop implements Runnable {
  readonly name = "capture loop";
  readonly stopTimeoutSeconds: number;
  readonly #options: CaptureLoopOptions;
  readonly #publisher: Publisher;
  readonly #consumer: PullConsumer;
  readonly #holding = new Set<string>();
  readonly #draining = new AbortController();
  readonly #handingBack = new AbortController();
  #slots: Promise<void>[] = [];

  constructor(options: CaptureLoopOptions) {
    this.#options = options;
    this.stopTimeoutSeconds = options.drainTimeoutSeconds + 2 * handBackSeconds;
    this.#publisher = new Publisher(options.nats);
    this.#consumer = new PullConsumer(options.nats, {
      stream: streams.captures,
      consumer: consumers.captureWorker(options.pool),
      log: options.log,
    });
  }

  /** Uids of the jobs it works on now. */
  get holding(): string[] {
    return [...this.#holding];
  }

  get draining(): boolean {
    return this.#draining.signal.aborted;
  }

  async start(): Promise<void> {
    this.#slots = Array.from({ length: this.#options.slots }, () => this.#runSlot());
  }

  /** Takes nothing more, finishes what fits the time for draining, hands back the rest. */
  async stop(): Promise<void> {
    const { drainTimeoutSeconds, log, onDraining } = this.#options;
    this.#draining.abort();
    onDraining?.();
    log.info({ holding: this.holding, drainTimeoutSeconds }, "Draining");
    const timer = setTimeout(
      () => this.#handingBack.abort(new HandedBack()),
      drainTimeoutSeconds * 1000,
    );
    await Promise.all(this.#slots);
    clearTimeout(timer);
  }

  async #runSlot(): Promise<void> {
    const { log, readiness } = this.#options;
    const draining = this.#draining.signal;
    for (;;) {
      await readiness.untilReady(draining);
      if (draining.aborted) return;
      using ready = readiness.whileReady(draining);
      try {
        const pull = { max: 1, expiresMilliseconds: pullMilliseconds, signal: ready.signal };
        for await (const delivery of this.#consumer.fetch(pull)) await this.#settle(delivery);
      } catch (thrown) {
        log.error({ err: thrown }, "Could not take or settle a capture request");
        await this.#options.clock.sleep(1_000, draining).catch(() => undefined);
      }
    }
  }

  async #settle(delivery: Delivery): Promise<void> {
    const request = await this.#parse(delivery);
    if (request === undefined) return;
    const { uid } = request.job;
    const { ackWaitSeconds, cancellations, nats, metrics } = this.#options;
    if (delivery.deliveryCount > 1) metrics.redelivered();
    using lease = keepWorking(nats, delivery, { ackWaitSeconds });
    using cancellation = cancellations.watch(uid);
    this.#holding.add(uid);
    try {
      const signal = AbortSignal.any([lease.lost, cancellation.signal, this.#handingBack.signal]);
      const outcome = await this.#carryOut(request, delivery, signal);
      if (lease.lost.aborted && outcome === undefined) return;
      if (outcome !== undefined) await this.#publish(request, delivery, outcome);
      await this.#acknowledge(request, delivery);
    } finally {
      this.#holding.delete(uid);
    }
  }

  /** What to report, or undefined for nothing. */
  async #carryOut(
    request: CaptureRequest,
    delivery: Delivery,
    signal: AbortSignal,
  ): Promise<CaptureOutcome | undefined> {
    const { metrics, log } = this.#options;
    const { deliveryCount } = delivery;
    // Came while the pull was being ended; nobody has begun with it.
    if (this.draining && deliveryCount < deliveriesBeforeGivingUp) return this.#handBack(request);
    try {
      const outcome = await carryOutAttempt(this.#options, request, { deliveryCount, signal });
      if (outcome === undefined) metrics.skipped("Finished");
      else if (outcome.kind === "Failed") metrics.failed(outcome.reason);
      return outcome;
    } catch (thrown) {
      if (thrown instanceof HandedBack) return this.#handBack(request);
      if (thrown instanceof JobCancelled) {
        metrics.skipped("Cancelled");
        log.info(factsOf(request), "Capture was cancelled");
      } else {
        metrics.skipped("LeaseLost");
        log.warn(
          { ...factsOf(request), err: thrown },
          "Gave up a capture that is not ours any more",
        );
      }
      return undefined;
    }
  }

  #handBack(request: CaptureRequest): CaptureOutcome {
    this.#options.metrics.skipped("Returned");
    this.#options.log.info(factsOf(request), "Handed back a capture request");
    return { kind: "Returned" };
  }

  /** A message nobody can read would come back for ever; where it says whose it is, its job is told. */
  async #parse(delivery: Delivery): Promise<CaptureRequest | undefined> {
    try {
      return parseCaptureRequest(delivery.body);
    } catch (thrown) {
      const { reason, message } = toFailure(thrown);
      const { log } = this.#options;
      log.error({ err: thrown, subject: delivery.subject }, "Could not read a capture request");
      const attempt = attemptIn(delivery.body);
      if (attempt === undefined) {
        delivery.term();
        return undefined;
      }
      const outcome = { kind: "Failed", reason, message } as const;
      this.#options.metrics.failed(reason);
      await this.#publish({ ...attempt, dispatch: 0 }, delivery, outcome);
      await this.#acknowledge(attempt, delivery);
      return undefined;
    }
  }

  /** @throws Failure when NATS does not take it for long; then the request is delivered again, to whoever is there. */
  async #publish(
    request: AttemptIdentity & { dispatch: number },
    delivery: Delivery,
    outcome: CaptureOutcome,
  ): Promise<void> {
    const { ackWaitSeconds, pool, worker } = this.#options;
    const { job, attempt, dispatch } = request;
    const result: CaptureResult = {
      version: messageVersion,
      ...identityOf(request),
      worker,
      pool,
      outcome,
    };
    // Every delivery reports for itself; only a repeat of this very publish is a repeat.
    const messageID = `${captureMessageID(job.uid, attempt, dispatch)}.${delivery.sequence}.${delivery.deliveryCount}`;
    await this.#publisher.publish(subjects.result(job.uid), result, {
      messageID,
      timeoutMilliseconds: publishAckWaits * ackWaitSeconds * 1000,
    });
  }

  async #acknowledge(attempt: AttemptIdentity, delivery: Delivery): Promise<void> {
    if (await delivery.ack()) return;
    this.#options.log.warn(
      factsOf(attempt),
      "Could not acknowledge a capture request; it may be delivered again",
    );
  }
}

function attemptIn(body: unknown): AttemptIdentity | undefined {
  try {
    return parseAttempt(body);
  } catch {
    return undefined;
  }
}
