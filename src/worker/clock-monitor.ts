import { ServerClock } from "../platform/nats/server-clock.ts";
import type { Nats } from "../platform/nats/connection.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";
import { PeriodicTask } from "../platform/process/periodic-task.ts";
import { timeQuestions } from "../api/rights/nats-permissions.ts";
import { clockProblem, skewedInRow } from "./clock-skew-policy.ts";
import { ReadinessCondition } from "./readiness-condition.ts";

interface ClockMonitorDependencies {
  nats: Nats;
  pool: string;
  clock: Clock;
  log: Logger;
}

const pauseMilliseconds = 60_000;
/** While the last measurement was above the limit. */
const pauseWhileSkewedMilliseconds = 2_000;

/**
 * Compares the worker's time of day with that of the NATS server. A worker whose clock is wrong takes no work: cookies, tokens and URLs
 * that expire would be judged wrongly. What a job may still take is counted by the server's time only.
 */
export class ClockMonitor implements Runnable {
  readonly name = "clock monitor";
  readonly condition = new ReadinessCondition();
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #serverClock: ServerClock;
  readonly #task: PeriodicTask;
  #skewed = 0;

  constructor({ nats, pool, clock, log }: ClockMonitorDependencies) {
    this.#clock = clock;
    this.#log = log;
    this.#serverClock = new ServerClock({
      nats,
      questions: timeQuestions(pool),
      clock,
    });
    this.#task = new PeriodicTask({
      name: this.name,
      pauseMilliseconds: () =>
        this.#skewed > 0 ? pauseWhileSkewedMilliseconds : pauseMilliseconds,
      firstRound: "at once",
      clock,
      log,
      work: (signal) => this.#measure(signal),
    });
  }

  async start(): Promise<void> {
    await this.#task.start();
  }

  async stop(): Promise<void> {
    await this.#task.stop();
  }

  /** How long ago a time of the NATS server was; 0 while the server's time is not known. */
  millisecondsSince(serverMilliseconds: number): number {
    const now = this.#serverClock.now();
    return now === undefined ? 0 : Math.max(0, now - serverMilliseconds);
  }

  async #measure(signal: AbortSignal): Promise<void> {
    await this.#serverClock.synchronize(signal);
    const serverNow = this.#serverClock.now();
    if (serverNow === undefined) return;
    const skewMilliseconds = this.#clock.now() - serverNow;
    this.#skewed = skewedInRow(this.#skewed, skewMilliseconds);
    const message = clockProblem(this.#skewed, skewMilliseconds);
    if (message === this.condition.unreadyReason?.message) return;
    if (message === undefined) this.#log.info({ skewMilliseconds }, "The clock is right again");
    else this.#log.error({ skewMilliseconds }, "The clock is wrong");
    this.condition.set(message === undefined ? undefined : { reason: "ClockSkewed", message });
  }
}
