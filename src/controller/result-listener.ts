import { parseCaptureResult } from "../api/messages.ts";
import type { CaptureResult } from "../api/messages.ts";
import { consumers, streams, uidOfSubject } from "../api/subjects.ts";
import { isAttemptToken } from "../core/attempt-token.ts";
import type { Nats } from "../platform/nats/connection.ts";
import { PullConsumer } from "../platform/nats/pull-consumer.ts";
import type { Delivery } from "../platform/nats/pull-consumer.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { ControllerMetrics, ResultOutcome } from "./metrics.ts";
import type { ResultApplier } from "./result-applier.ts";
import { factsOf } from "./status-updates.ts";

export interface ResultListenerParts {
  nats: Nats;
  applier: ResultApplier;
  attemptKey: string;
  metrics: ControllerMetrics;
  log: Logger;
}

/** Results applied at the same time; each is one write to the API server, a few milliseconds long. */
const mostAtOnce = 32;
const pullMilliseconds = 10_000;
const comeAgainMilliseconds = 1_000;

/** Reads STILLS_RESULTS: one result after the other is applied to its job and only then acknowledged. */
export class ResultListener {
  readonly #parts: ResultListenerParts;
  readonly #consumer: PullConsumer;
  readonly #running = new Set<Promise<void>>();

  constructor(parts: ResultListenerParts) {
    this.#parts = parts;
    const { nats, log } = parts;
    const consumer = consumers.jobController;
    this.#consumer = new PullConsumer(nats, { stream: streams.results, consumer, log });
  }

  /** Listens until the signal ends it; resolves when what was being applied is settled. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pull = { max: mostAtOnce, expiresMilliseconds: pullMilliseconds, signal };
      for await (const delivery of this.#consumer.fetch(pull)) {
        const work: Promise<void> = this.#settle(delivery, signal).finally(() => {
          this.#running.delete(work);
        });
        this.#running.add(work);
        while (this.#running.size >= mostAtOnce) await Promise.race(this.#running);
      }
    }
    await Promise.all(this.#running);
  }

  async #settle(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const result = this.#read(delivery);
    if (result === undefined) return;
    try {
      const outcome = await this.#parts.applier.apply(result, signal);
      this.#count(outcome);
      await delivery.ack();
    } catch (err) {
      if (!signal.aborted)
        this.#parts.log.warn(
          { ...factsOf(result.job), attempt: result.attempt, err },
          "Could not apply result",
        );
      delivery.nak(signal.aborted ? 0 : comeAgainMilliseconds);
    }
  }

  /** A result that cannot be read, or that its sender had no right to, will not get better: it is removed and counted. */
  #read(delivery: Delivery): CaptureResult | undefined {
    let result: CaptureResult;
    try {
      result = parseCaptureResult(delivery.body);
    } catch (err) {
      this.#refuse(delivery, "Malformed", err);
      return undefined;
    }
    const { job, attempt, attemptToken } = result;
    const claim = { uid: job.uid, attempt, attemptToken };
    const isOwn = uidOfSubject(delivery.subject) === job.uid;
    if (isOwn && isAttemptToken(this.#parts.attemptKey, claim)) return result;
    this.#refuse(delivery, "TokenWrong");
    return undefined;
  }

  #refuse(delivery: Delivery, outcome: ResultOutcome, err?: unknown): void {
    this.#count(outcome);
    this.#parts.log.error(
      { subject: delivery.subject, streamSequence: delivery.sequence, outcome, err },
      "Refused result",
    );
    delivery.term();
  }

  #count(outcome: ResultOutcome): void {
    this.#parts.metrics.results.increment({ outcome });
  }
}
