import { subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { capturesOnStream, resultsOnStream } from "../../platform/nats/stream-state.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { WorkerRegistry } from "../pools/worker-registry.ts";
import type { RequeuePort } from "../requeue-port.ts";
import type { DispatchStateStore } from "./dispatch-state-store.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { JobCache } from "./job-cache.ts";
import { isFinished } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import type { ResultSubscriber } from "./result-applier.ts";

interface DispatchTrackerDependencies {
  nats: Nats;
  jobs: JobCache;
  dispatchStates: DispatchStateStore;
  dispatcher: Dispatcher;
  workers: WorkerRegistry;
  jobQueue: RequeuePort;
  clock: Clock;
}

/** Keeps the dispatch states in step with results and with what workers announce. */
export class DispatchTracker implements ResultSubscriber {
  readonly #dependencies: DispatchTrackerDependencies;

  constructor(dependencies: DispatchTrackerDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Restores the states of jobs that an earlier leader dispatched: those with a message on STILLS_CAPTURES or STILLS_RESULTS
   * and those that a worker announces to hold.
   *
   * @throws Failure when NATS does not list its streams.
   */
  async restore(): Promise<void> {
    const { nats, jobs, dispatchStates, dispatcher, workers, clock } = this.#dependencies;
    const captures = (await capturesOnStream(nats)).subjects;
    const results = (await resultsOnStream(nats)).subjects;
    for (const record of jobs.records()) {
      if (isFinished(record)) continue;
      const isHeld = workers.holds(record.uid);
      const isRequested = captures.has(subjects.capture(record.pool, record.uid));
      const isOnStream = isRequested || results.has(subjects.result(record.uid));
      const carrierUID = this.#carrierOf(record);
      const isCarried =
        carrierUID !== undefined && captures.has(subjects.capture(record.pool, carrierUID));
      if (!isHeld && !isOnStream && !isCarried) continue;
      const state = dispatchStates.getOrCreate(record);
      if (isCarried && !isRequested) state.carrierUID = carrierUID;
      dispatcher.withdraw(state);
      state.pickedUp ||= isHeld;
      state.dispatchedAtMilliseconds = clock.monotonicMilliseconds();
      dispatchStates.setPhase(state, "Dispatched");
    }
  }

  /** The job whose request may carry this one's. */
  #carrierOf({ namespace, loadsWith }: JobRecord): string | undefined {
    if (loadsWith === undefined) return undefined;
    return this.#dependencies.jobs.get(keyOf({ namespace, name: loadsWith }))?.uid;
  }

  /** A worker announced itself: the jobs it has newly picked up are noted, and its pool may have credit. */
  workersChanged(pool: string, pickedUpUIDs: readonly string[]): void {
    const { dispatchStates, dispatcher } = this.#dependencies;
    for (const uid of pickedUpUIDs) {
      const state = dispatchStates.getByUID(uid);
      if (state !== undefined) state.pickedUp = true;
    }
    dispatcher.pump(pool);
  }

  finished(record: JobRecord): void {
    const { dispatchStates, dispatcher } = this.#dependencies;
    const state = dispatchStates.getByUID(record.uid);
    if (state === undefined) return;
    dispatcher.withdraw(state);
    dispatchStates.remove(state);
    dispatcher.pump(record.pool);
  }

  retrying(record: JobRecord, backoffUntilMilliseconds: number): void {
    const { dispatchStates, dispatcher, jobQueue } = this.#dependencies;
    const state = dispatchStates.getOrCreate(record);
    dispatcher.withdraw(state);
    state.pickedUp = true;
    state.backoffUntilMilliseconds = backoffUntilMilliseconds;
    dispatchStates.setPhase(state, "Idle");
    jobQueue.add(state.key);
    dispatcher.pump(record.pool);
  }

  /** A draining worker returned the job: the same attempt goes to another worker and does not count again. */
  returned(record: JobRecord): void {
    const state = this.#dependencies.dispatchStates.getOrCreate(record);
    if (state.phase === "Pending") return;
    state.returned = true;
    this.retrying(record, 0);
  }

  /** The API server refused the status and would refuse it again, so the job waits until its resource changes. */
  refused(record: JobRecord): void {
    const { dispatchStates, dispatcher } = this.#dependencies;
    const state = dispatchStates.getOrCreate(record);
    dispatcher.withdraw(state);
    state.refusedResourceVersion = record.resourceVersion;
    dispatchStates.setPhase(state, "Idle");
    dispatcher.pump(record.pool);
  }
}
