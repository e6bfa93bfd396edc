import { parseCaptureRequest } from "../../api/messages/capture-messages.ts";
import { captureMessageID, streams, subjects } from "../../api/messages/subjects.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { captureCredit } from "./credit-policy.ts";
import { FairQueue } from "./fair-queue.ts";
import { currentAttempt, deadlineMilliseconds, isFinished, projectJob } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import { messageOnStream } from "../../platform/nats/streams.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { createCaptureRequest } from "./capture-request.ts";
import type { RequestKeys } from "./capture-request.ts";
import type { DispatchState } from "./dispatch-state.ts";
import type { DispatchStateStore } from "./dispatch-state-store.ts";
import type { JobReader } from "./job-reader.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { jobLogFields } from "./job-log-fields.ts";
import type { NatsRepair } from "../nats-repair.ts";
import type { RequeuePort } from "../requeue-port.ts";
import type { WorkerRegistry } from "../pools/worker-registry.ts";

export interface DispatcherDependencies {
  nats: Nats;
  publisher: Publisher;
  dispatchStates: DispatchStateStore;
  jobReader: JobReader;
  workers: WorkerRegistry;
  keys: RequestKeys;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
  operatorNamespace: string;
  jobQueue: RequeuePort;
  poolQueue: RequeuePort;
  repair: NatsRepair;
}

/** Dispatches on their way at the same time; each is a publish and, for jobs that waited, one read of the API server. */
const mostAtOnce = 64;
const pauseAfterFailureMilliseconds = 1_000;
/** Jobs are created in batches; their pool is reconciled once for all that came within this time. */
const backlogPauseMilliseconds = 200;
/** An older attempt is acknowledged right after its result, so it is rarely in the way for long. */
const pauseWhileOccupiedMilliseconds = 500;

/**
 * Hands jobs to the workers: those that wait are kept here, fair between namespaces, and as many are published as their
 * pool has credit for. The leader has one.
 */
export class Dispatcher {
  readonly #dependencies: DispatcherDependencies;
  readonly #queues = new Map<string, FairQueue>();
  readonly #running = new Set<Promise<void>>();
  #signal = AbortSignal.abort();

  constructor(dependencies: DispatcherDependencies) {
    this.#dependencies = dependencies;
  }

  /** Nothing is dispatched before; the signal ends it. */
  begin(signal: AbortSignal): void {
    this.#signal = signal;
    for (const pool of this.#queues.keys()) this.pump(pool);
  }

  /** Resolves when what was on its way is done. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** `Front` for a job that had its turn before. */
  enqueue(state: DispatchState, createdMilliseconds: number, at: "Front" | "Back"): void {
    this.#dependencies.dispatchStates.setPhase(state, "Pending");
    const queue = this.#queues.get(state.pool) ?? new FairQueue();
    this.#queues.set(state.pool, queue);
    queue.add({ uid: state.uid, namespace: state.namespace, createdMilliseconds }, at);
    this.pump(state.pool);
    if (this.pendingOf(state.pool) > 0) this.#requeuePool(state.pool);
  }

  #requeuePool(pool: string): void {
    const { operatorNamespace, poolQueue } = this.#dependencies;
    poolQueue.addAfter(`${operatorNamespace}/${pool}`, backlogPauseMilliseconds);
  }

  withdraw(state: DispatchState): void {
    this.#queues.get(state.pool)?.remove(state.uid);
    if (state.phase === "Pending") this.#dependencies.dispatchStates.setPhase(state, "Idle");
  }

  pendingOf(pool: string): number {
    return this.#queues.get(pool)?.size ?? 0;
  }

  oldestPendingMilliseconds(pool: string): number | undefined {
    return this.#queues.get(pool)?.oldestMilliseconds();
  }

  /** Publishes what the pool has credit for now. */
  pump(pool: string): void {
    const queue = this.#queues.get(pool);
    if (queue === undefined) return;
    const { dispatchStates, workers } = this.#dependencies;
    let credit = captureCredit(workers.slotsOf(pool), dispatchStates.dispatchedCount(pool));
    while (credit > 0 && this.#running.size < mostAtOnce && !this.#signal.aborted) {
      const next = queue.dequeue();
      if (next === undefined) break;
      const state = dispatchStates.getByUID(next.uid);
      if (state === undefined) continue;
      // Taken from the credit before it is published, so that two rounds do not spend it twice.
      dispatchStates.setPhase(state, "Dispatched");
      state.dispatchedAtMilliseconds = Number.POSITIVE_INFINITY;
      credit -= 1;
      this.#launch(state);
    }
    if (queue.size === 0) this.#queues.delete(pool);
  }

  #launch(state: DispatchState): void {
    const work = this.#dispatch(state).catch((err: unknown) => {
      if (this.#signal.aborted) return;
      this.#dependencies.log.warn(
        { ...jobLogFields(state), err },
        "Could not dispatch ScreenshotJob",
      );
      this.#putBack(state, pauseAfterFailureMilliseconds);
      this.#dependencies.repair.request();
    });
    this.#running.add(work);
    void work.finally(() => {
      this.#running.delete(work);
      for (const pool of this.#queues.keys()) this.pump(pool);
    });
  }

  async #dispatch(state: DispatchState): Promise<void> {
    const job = await this.#dependencies.jobReader.jobToDispatch(state.key, this.#signal);
    const record = job === undefined ? undefined : projectJob(job);
    if (job === undefined || record === undefined || !this.#isWanted(record, state)) {
      this.#putBack(state, 0);
      return;
    }
    await this.#publish(state, job, record);
  }

  /** What the cache did not know yet when the job was queued. The reconciler decides what follows. */
  #isWanted(record: JobRecord, state: DispatchState): boolean {
    if (record.uid !== state.uid || record.deleting || isFinished(record)) return false;
    if (record.suspend || record.cancel) return false;
    return this.#dependencies.clock.now() < deadlineMilliseconds(record);
  }

  async #publish(state: DispatchState, job: ScreenshotJob, record: JobRecord): Promise<void> {
    const { publisher, metrics, log, clock } = this.#dependencies;
    const attempt = currentAttempt(record);
    // A number that an earlier leader used is answered as a duplicate and nothing is stored; then the next one is tried.
    for (let round = 0; round < 3; round += 1) {
      state.dispatch += 1;
      const { dispatch } = state;
      const request = createCaptureRequest(job, record, { ...this.#dependencies.keys, dispatch });
      const outcome = await publisher.publish(subjects.capture(state.pool, state.uid), request, {
        messageID: captureMessageID(state.uid, attempt, dispatch),
        signal: this.#signal,
      });
      state.dispatchedAtMilliseconds = clock.monotonicMilliseconds();
      if (outcome.kind === "Occupied") return await this.#meetEarlier(state, attempt);
      if (outcome.duplicate) continue;
      state.returned = false;
      metrics.dispatched.increment();
      log.debug({ ...jobLogFields(state), attempt, dispatch }, "Dispatched ScreenshotJob");
      this.#dependencies.jobQueue.add(state.key);
      return;
    }
    this.#putBack(state, pauseAfterFailureMilliseconds);
  }

  /** One of this job is on the stream already. If it is this attempt, that is what we wanted; else it goes soon. */
  async #meetEarlier(state: DispatchState, attempt: number): Promise<void> {
    const subject = subjects.capture(state.pool, state.uid);
    const stored = await messageOnStream(this.#dependencies.nats, streams.captures, subject);
    const goesSoon = stored === undefined || attemptOn(stored.body) < attempt || state.returned;
    // Only once for a return: a worker that died before it acknowledged leaves the request to the next worker.
    state.returned = false;
    if (goesSoon) this.#putBack(state, pauseWhileOccupiedMilliseconds);
    else this.#dependencies.jobQueue.add(state.key);
  }

  #putBack(state: DispatchState, pauseMilliseconds: number): void {
    if (state.phase !== "Dispatched") return;
    state.backoffUntilMilliseconds = this.#dependencies.clock.now() + pauseMilliseconds;
    this.#dependencies.dispatchStates.setPhase(state, "Idle");
    this.#dependencies.jobQueue.add(state.key);
  }
}

/** The attempt that a stored message carries; 0 for one that cannot be read, which is older than any. */
function attemptOn(body: unknown): number {
  try {
    return parseCaptureRequest(body).attempt;
  } catch {
    return 0;
  }
}
