import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import type { Backoff } from "../../core/retry/backoff.ts";
import type { Clock } from "../process/clock.ts";
import type { Logger } from "../process/logger.ts";
import { isSettledWithin } from "../process/settled-within.ts";
import { DelayHeap } from "./delay-heap.ts";
import { FifoQueue } from "./fifo-queue.ts";
import type { KubeMetrics, WorkQueueMetrics } from "./kube-metrics.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";

export interface WorkQueueOptions {
  name: string;
  clock: Clock;
  log: Logger;
  metrics?: KubeMetrics;
  /** Keys processed at the same time, default 32. */
  concurrency?: number;
  /** Time limit for the work on one key, default 60 s; its signal is aborted then. */
  deadlineMilliseconds?: number;
  /** How long `stop` waits for what is running before it aborts it, default 10 s. */
  stopLimitMilliseconds?: number;
}

/**
 * Processes one key. When it resolves, earlier failures of the key are forgotten, and the key is added again after
 * `requeueAfterMilliseconds` if that is set. When it rejects, the key is added again with backoff, 50 ms to 60 s.
 */
export type WorkFunction = (key: string, signal: AbortSignal) => Promise<WorkOutcome | void>;

export interface WorkOutcome {
  requeueAfterMilliseconds?: number;
}

interface RunningWork {
  startedAtMilliseconds: number;
  controller: AbortController;
  done: Promise<void>;
}

const defaultConcurrency = 32;
const defaultDeadlineMilliseconds = 60_000;
const defaultStopLimitMilliseconds = 10_000;
/** For work that was aborted at stop to end. */
const abortedWorkLimitMilliseconds = 2_000;
const retryBackoff: Backoff = {
  firstMilliseconds: 50,
  mostMilliseconds: 60_000,
  jitter: 0.5,
};
/** Of the loop that adds delayed keys, when none is due. */
const idlePauseMilliseconds = 60_000;

/**
 * A queue of keys: each is processed by one worker at a time, however often it is added, and once more if it was added while it
 * was processed. The semantics of client-go's workqueue, with a lower ceiling of the backoff.
 * Keys may be added before it starts, so that it can be created before what works on it.
 */
export class WorkQueue {
  readonly name: string;
  readonly #options: WorkQueueOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #metrics: WorkQueueMetrics;
  readonly #queue = new FifoQueue();
  /** Keys to process, with the time they were added; also of those that are being processed. */
  readonly #dirty = new Map<string, number>();
  readonly #running = new Map<string, RunningWork>();
  readonly #delayed = new DelayHeap();
  readonly #retries = new Map<string, number>();
  readonly #stopping = new AbortController();
  #process: WorkFunction | undefined;
  /** Ends the pause of the delay loop when a key becomes due earlier. */
  #wake = new AbortController();
  #delays: Promise<void> | undefined;

  constructor(options: WorkQueueOptions) {
    this.name = `work queue ${options.name}`;
    this.#options = options;
    this.#clock = options.clock;
    this.#log = options.log.child({ queue: options.name });
    this.#metrics = (options.metrics ?? silentKubeMetrics).queueStarted(options.name, {
      depth: () => this.depth,
      longestRunningSeconds: () => this.#longestRunningSeconds(),
    });
  }

  /** Starts to process keys, also those added before. */
  start(process: WorkFunction): void {
    if (this.#process !== undefined) return;
    this.#process = process;
    this.#delays = this.#runDelays();
    this.#pump();
  }

  /** Starts nothing more and waits for what is running; aborts it after a time limit. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error(`The ${this.name} is stopping`));
    this.#wake.abort();
    await this.#delays;
    const works = [...this.#running.values()];
    const limit = this.#options.stopLimitMilliseconds ?? defaultStopLimitMilliseconds;
    if (await this.#areDoneWithin(works, limit)) return;
    for (const work of works) work.controller.abort(this.#stopping.signal.reason);
    if (!(await this.#areDoneWithin(works, abortedWorkLimitMilliseconds)))
      this.#log.warn({ keys: [...this.#running.keys()].slice(0, 10) }, "Work did not end in time");
  }

  /** Keys that wait. */
  get depth(): number {
    return this.#queue.length;
  }

  /** Keys being processed. */
  get runningCount(): number {
    return this.#running.size;
  }

  add(key: string): void {
    if (this.#stopping.signal.aborted || this.#dirty.has(key)) return;
    this.#dirty.set(key, this.#clock.monotonicMilliseconds());
    this.#metrics.added();
    if (this.#running.has(key)) return;
    this.#queue.push(key);
    this.#pump();
  }

  /** Adds later; of several times for one key the earliest counts. */
  addAfter(key: string, delayMilliseconds: number): void {
    if (this.#stopping.signal.aborted) return;
    if (!(delayMilliseconds > 0)) return this.add(key);
    const before = this.#delayed.nextMilliseconds();
    const due = this.#clock.monotonicMilliseconds() + delayMilliseconds;
    this.#delayed.add(key, due);
    if (before === undefined || due < before) this.#wake.abort();
  }

  /** Adds later, after a pause that doubles with each call until `forget`. */
  retry(key: string): void {
    const retries = this.retriesOf(key);
    this.#retries.set(key, retries + 1);
    this.#metrics.retried();
    this.addAfter(key, backoffMilliseconds(retries, retryBackoff, Math.random()));
  }

  /** The next failure of this key counts as its first. */
  forget(key: string): void {
    this.#retries.delete(key);
  }

  /** How often `retry` was called since `forget`. */
  retriesOf(key: string): number {
    return this.#retries.get(key) ?? 0;
  }

  #pump(): void {
    const limit = this.#options.concurrency ?? defaultConcurrency;
    while (
      this.#process !== undefined &&
      !this.#stopping.signal.aborted &&
      this.#running.size < limit
    ) {
      const key = this.#queue.shift();
      if (key === undefined) return;
      this.#begin(key, this.#process);
    }
  }

  #begin(key: string, process: WorkFunction): void {
    const now = this.#clock.monotonicMilliseconds();
    this.#metrics.queued((now - (this.#dirty.get(key) ?? now)) / 1000);
    this.#dirty.delete(key);
    const controller = new AbortController();
    const work: RunningWork = {
      startedAtMilliseconds: now,
      controller,
      done: Promise.resolve(),
    };
    this.#running.set(key, work);
    work.done = this.#work(key, controller, process).finally(() => this.#finish(key, work));
  }

  /** Never rejects. */
  async #work(key: string, controller: AbortController, process: WorkFunction): Promise<void> {
    const limit = this.#options.deadlineMilliseconds ?? defaultDeadlineMilliseconds;
    const timer = setTimeout(
      () => controller.abort(new Error(`Not finished within ${limit} ms`)),
      limit,
    );
    try {
      const outcome = await process(key, controller.signal);
      this.forget(key);
      if (outcome?.requeueAfterMilliseconds !== undefined)
        this.addAfter(key, outcome.requeueAfterMilliseconds);
    } catch (err) {
      if (this.#stopping.signal.aborted) return;
      this.#log.warn({ err, key, retries: this.retriesOf(key) }, "Could not process key");
      this.retry(key);
    } finally {
      clearTimeout(timer);
    }
  }

  #finish(key: string, work: RunningWork): void {
    this.#running.delete(key);
    const now = this.#clock.monotonicMilliseconds();
    this.#metrics.worked((now - work.startedAtMilliseconds) / 1000);
    if (this.#dirty.has(key)) this.#queue.push(key);
    this.#pump();
  }

  async #runDelays(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const now = this.#clock.monotonicMilliseconds();
      for (const key of this.#delayed.popDue(now)) this.add(key);
      const next = this.#delayed.nextMilliseconds();
      const pause = next === undefined ? idlePauseMilliseconds : Math.max(1, next - now);
      await this.#clock.sleep(pause, this.#wake.signal).catch(() => undefined);
    }
  }

  async #areDoneWithin(works: readonly RunningWork[], milliseconds: number): Promise<boolean> {
    const done = Promise.all(works.map((work) => work.done));
    return await isSettledWithin(done, milliseconds, this.#clock);
  }

  #longestRunningSeconds(): number {
    const now = this.#clock.monotonicMilliseconds();
    let longest = 0;
    for (const work of this.#running.values())
      longest = Math.max(longest, now - work.startedAtMilliseconds);
    return longest / 1000;
  }
}
