import { subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { capturesOnStream, resultsOnStream } from "../../platform/nats/streams.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { DispatchStateStore, JobState } from "./dispatch-state-store.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { factsOf } from "./status-updates.ts";
import type { WorkerRegistry } from "../pools/worker-registry.ts";

export interface LostJobParts {
  nats: Nats;
  memory: DispatchStateStore;
  workers: WorkerRegistry;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
  /** Dispatches the job once more, without counting an attempt. */
  dispatchAgain(state: JobState): void;
}

const lookEveryMilliseconds = 5_000;
/** A job whose worker has just said goodbye to it has a result on the stream, and it is cheaper to wait for that. */
const youngestMilliseconds = 5_000;

/**
 * Finds jobs that were handed out and that nothing will ever be heard of. A worker publishes its result before it
 * acknowledges the request, and a result leaves STILLS_RESULTS when it was applied; so a job is lost when its request is
 * no longer on STILLS_CAPTURES, no result of it was on STILLS_RESULTS after that was seen, it is still unfinished, and no
 * worker says that it has it.
 */
export class LostJobs {
  readonly #parts: LostJobParts;
  readonly #loop: PeriodicTask;

  constructor(parts: LostJobParts) {
    this.#parts = parts;
    const { clock, log } = parts;
    this.#loop = new PeriodicTask({
      name: "search for lost jobs",
      pauseMilliseconds: lookEveryMilliseconds,
      clock,
      log,
      work: () => this.#look(),
    });
  }

  /** Looks now, as after a reconnect, when a server may have come back without its disk. */
  lookNow(): void {
    this.#loop.trigger();
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#loop.run(signal);
  }

  async #look(): Promise<void> {
    const candidates = this.#candidates();
    if (candidates.length === 0) return;
    const { nats, workers } = this.#parts;
    // In this order: what is acknowledged between the two questions has its result on the stream by then.
    const captures = (await capturesOnStream(nats)).subjects;
    const results = (await resultsOnStream(nats)).subjects;
    const missing = candidates.filter(
      ({ state: { pool, uid } }) =>
        !captures.has(subjects.capture(pool, uid)) && !results.has(subjects.result(uid)),
    );
    for (const { state, dispatch } of missing) {
      const isSame = this.#parts.memory.findByUID(state.uid) === state;
      if (!isSame || state.hand !== "Dispatched" || state.dispatch !== dispatch) continue;
      if (workers.holds(state.uid)) continue;
      this.#parts.metrics.lostJobs.increment();
      this.#parts.log.warn(
        { ...factsOf(state), dispatch },
        "Lost ScreenshotJob; dispatching it again",
      );
      this.#parts.dispatchAgain(state);
    }
  }

  #candidates(): { state: JobState; dispatch: number }[] {
    const newest = this.#parts.clock.monotonicMilliseconds() - youngestMilliseconds;
    return this.#parts.memory
      .dispatchedStates()
      .filter((state) => state.dispatchedAtMilliseconds <= newest)
      .map((state) => ({ state, dispatch: state.dispatch }));
  }
}
