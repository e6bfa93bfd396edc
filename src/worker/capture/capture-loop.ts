import { consumers, streams } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { PullConsumer } from "../../platform/nats/pull-consumer.ts";
import type { Delivery } from "../../platform/nats/pull-consumer.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { Readiness } from "../readiness.ts";
import type { WorkerActivity } from "../worker-activity.ts";
import { RequestReturned } from "./capture-request-handler.ts";
import type { CaptureRequestHandler } from "./capture-request-handler.ts";

interface CaptureLoopDependencies {
  nats: Nats;
  handler: CaptureRequestHandler;
  readiness: Readiness;
  activity: WorkerActivity;
  clock: Clock;
  log: Logger;
  pool: string;
  /** Captures at the same time. */
  slots: number;
  /** How long captures may go on after the loop was asked to stop. */
  drainTimeoutSeconds: number;
}

/** A pull request that brings nothing is renewed after this. */
const pullMilliseconds = 30_000;
const pauseAfterErrorMilliseconds = 1_000;
/** For returning unfinished requests, after the drain timeout. */
const returnTimeoutSeconds = 20;

/** Pulls capture requests of the pool, one for each free slot, and hands them to the handler. Drains when it stops. */
export class CaptureLoop implements Runnable {
  readonly name = "capture loop";
  readonly stopTimeoutSeconds: number;
  readonly #dependencies: CaptureLoopDependencies;
  readonly #consumer: PullConsumer;
  readonly #returning = new AbortController();
  #slots: Promise<void>[] = [];
  /** Requests that are being handled, in a slot or after it. */
  readonly #handling = new Set<Promise<void>>();

  constructor(dependencies: CaptureLoopDependencies) {
    const { drainTimeoutSeconds, log, nats, pool } = dependencies;
    this.#dependencies = dependencies;
    this.stopTimeoutSeconds = drainTimeoutSeconds + 2 * returnTimeoutSeconds;
    this.#consumer = new PullConsumer(nats, {
      stream: streams.captures,
      consumer: consumers.captureWorker(pool),
      log,
    });
  }

  async start(): Promise<void> {
    this.#slots = Array.from({ length: this.#dependencies.slots }, () => this.#runSlot());
  }

  /** Pulls no more, finishes what fits into the drain timeout, and returns the rest. */
  async stop(): Promise<void> {
    const { activity, drainTimeoutSeconds, log } = this.#dependencies;
    activity.startDraining();
    log.info({ holding: activity.jobUIDs, drainTimeoutSeconds }, "Draining");
    const timer = setTimeout(
      () => this.#returning.abort(new RequestReturned()),
      drainTimeoutSeconds * 1000,
    );
    await Promise.all(this.#slots);
    await Promise.all(this.#handling);
    clearTimeout(timer);
  }

  async #runSlot(): Promise<void> {
    const { activity, clock, log, readiness } = this.#dependencies;
    const { draining } = activity;
    for (;;) {
      await readiness.untilReady(draining);
      if (draining.aborted) return;
      using ready = readiness.whileReady(draining);
      try {
        const pull = { max: 1, expiresMilliseconds: pullMilliseconds, signal: ready.signal };
        for await (const delivery of this.#consumer.fetch(pull))
          await this.#untilSlotFree(delivery);
      } catch (thrown) {
        log.error({ err: thrown }, "Could not pull a capture request");
        await clock.sleep(pauseAfterErrorMilliseconds, draining).catch(() => undefined);
      }
    }
  }

  /** A picture is stored while its slot takes the next request. */
  async #untilSlotFree(delivery: Delivery): Promise<void> {
    const slot = Promise.withResolvers<void>();
    const handled = this.#handle(delivery, slot.resolve).finally(() => {
      this.#handling.delete(handled);
      slot.resolve();
    });
    this.#handling.add(handled);
    await slot.promise;
  }

  async #handle(delivery: Delivery, freeSlot: () => void): Promise<void> {
    const { activity, clock, handler, log } = this.#dependencies;
    try {
      await handler.handle(delivery, { returning: this.#returning.signal, freeSlot });
    } catch (thrown) {
      log.error({ err: thrown }, "Could not handle a capture request");
      await clock.sleep(pauseAfterErrorMilliseconds, activity.draining).catch(() => undefined);
    }
  }
}
