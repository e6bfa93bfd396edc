import { subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { capturesOnStream, resultsOnStream } from "../../platform/nats/stream-state.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { DispatchState } from "./dispatch-state.ts";
import type { DispatchStateStore } from "./dispatch-state-store.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import type { RequeuePort } from "../requeue-port.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { jobLogFields } from "./job-log-fields.ts";
import type { WorkerRegistry } from "../pools/worker-registry.ts";

interface LostJobDetectorDependencies {
  nats: Nats;
  dispatchStates: DispatchStateStore;
  workers: WorkerRegistry;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
  jobQueue: RequeuePort;
}

const pauseMilliseconds = 5_000;
/** Younger requests are not checked: most of them end with a result first. */
const youngestMilliseconds = 5_000;

/**
 * Finds dispatched jobs that will get no result, and dispatches them again. A worker publishes its result before it
 * acknowledges the request, and a result leaves STILLS_RESULTS when it was applied. So a job is lost when its request is not
 * on STILLS_CAPTURES, then no result of it is on STILLS_RESULTS, it is still unfinished, and no worker announces it.
 */
export class LostJobDetector {
  readonly #dependencies: LostJobDetectorDependencies;
  readonly #task: PeriodicTask;

  constructor(dependencies: LostJobDetectorDependencies) {
    this.#dependencies = dependencies;
    const { clock, log } = dependencies;
    this.#task = new PeriodicTask({
      name: "search for lost jobs",
      pauseMilliseconds,
      clock,
      log,
      work: () => this.#dispatchLost(),
    });
  }

  /** Searches at once: NATS may have lost its data. */
  trigger(): void {
    this.#task.trigger();
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#task.run(signal);
  }

  async #dispatchLost(): Promise<void> {
    const candidates = this.#candidates();
    if (candidates.length === 0) return;
    const { nats, dispatchStates, workers, jobQueue } = this.#dependencies;
    // In this order: a request that is acknowledged between the two calls has its result on the stream by then.
    const captures = (await capturesOnStream(nats)).subjects;
    const results = (await resultsOnStream(nats)).subjects;
    const missing = candidates.filter(
      ({ state: { pool, uid, carrierUID } }) =>
        !captures.has(subjects.capture(pool, carrierUID ?? uid)) &&
        !results.has(subjects.result(uid)),
    );
    for (const { state, dispatch } of missing) {
      const isSame = dispatchStates.getByUID(state.uid) === state;
      if (!isSame || state.phase !== "Dispatched" || state.dispatch !== dispatch) continue;
      if (workers.holds(state.uid)) continue;
      this.#dependencies.metrics.lostJobs.increment();
      this.#dependencies.log.warn(
        { ...jobLogFields(state), dispatch },
        "Lost ScreenshotJob; dispatching it again",
      );
      dispatchStates.setPhase(state, "Idle");
      jobQueue.add(state.key);
    }
  }

  #candidates(): { state: DispatchState; dispatch: number }[] {
    const newest = this.#dependencies.clock.monotonicMilliseconds() - youngestMilliseconds;
    return this.#dependencies.dispatchStates
      .dispatchedStates()
      .filter((state) => state.dispatchedAtMilliseconds <= newest)
      .map((state) => ({ state, dispatch: state.dispatch }));
  }
}
