import { planJob } from "./job-plan.ts";
import type { JobAction, JobPlan } from "./job-actions.ts";
import type { DispatchState } from "./dispatch-state.ts";
import type { ObservedJob } from "./job-plan.ts";
import { isFinished } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import type { StatusWrite } from "../../platform/kube/status-writer.ts";
import type { WorkOutcome } from "../../platform/kube/work-queue.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { DeliveryOutbox } from "../webhooks/delivery-outbox.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Expiry } from "./expiry.ts";
import type { DispatchStateStore, JobState } from "./dispatch-state-store.ts";
import type { JobReader } from "./job-reader.ts";
import type { PoolDirectory } from "../pools/pool-directory.ts";
import type { RateLimiter } from "../../platform/process/rate-limiter.ts";
import type { StatusUpdates } from "./status-updates.ts";
import type { WorkerRegistry } from "../pools/worker-registry.ts";

export interface JobReconcilerParts {
  view: JobReader;
  memory: DispatchStateStore;
  pools: PoolDirectory;
  workers: WorkerRegistry;
  dispatcher: Dispatcher;
  outbox: DeliveryOutbox;
  expiry: Expiry;
  updates: StatusUpdates;
  /** Takes a capture request back, from the stream or from the worker that has it. */
  recall(state: JobState): void;
  pace: RateLimiter;
  clock: Clock;
}

/** Timers cannot be set further ahead; looking once a day at a job that is kept for a month costs nothing. */
const longestPauseMilliseconds = 24 * 3600 * 1000;
const lookSoon: WorkOutcome = { requeueAfterMilliseconds: 50 };

/** Key → job as it is → plan → actions → one status write → when to look again. Only the leader has one. */
export class JobReconciler {
  readonly #parts: JobReconcilerParts;

  constructor(parts: JobReconcilerParts) {
    this.#parts = parts;
  }

  async reconcile(key: ObjectKey, signal: AbortSignal): Promise<WorkOutcome> {
    const { memory, outbox, clock } = this.#parts;
    const record = await this.#read(key, signal);
    outbox.observe(key, record);
    if (record === undefined) return {};

    const state = isFinished(record) ? memory.findByUID(record.uid) : memory.of(record);
    if (state?.refusedResourceVersion === record.resourceVersion) return {};
    const now = clock.now();
    const plan = planJob(record, this.#observe(record, state), now);
    for (const action of plan.actions) this.#act(action, record, state);
    if (state === undefined) return lookAgain(plan, now);
    const written = await this.#writeStatus(record, state, plan, signal);
    if (isFinished(record)) this.#forget(state);
    return this.#next(record, state, { plan, written, now });
  }

  /** The job as it is now; what is remembered of another that had its name is dropped. */
  async #read(key: ObjectKey, signal: AbortSignal): Promise<JobRecord | undefined> {
    const { view, memory } = this.#parts;
    const isBehind = memory.findByKey(key)?.cacheIsBehind ?? false;
    const record = await (isBehind ? view.currentLive(key, signal) : view.current(key, signal));
    const known = memory.findByKey(key);
    if (known === undefined) return record;
    known.cacheIsBehind = false;
    if (known.uid !== record?.uid) this.#drop(known);
    return record;
  }

  #observe(record: JobRecord, state: JobState | undefined): ObservedJob {
    const { workers, pools } = this.#parts;
    if (state !== undefined && workers.holds(record.uid)) state.taken = true;
    return {
      hand: handOf(state),
      taken: state?.taken ?? false,
      pool: pools.admission(record.pool, record.namespace),
      poolProblem: pools.problem(record.pool),
      workerProblem: workers.problemOfHolder(record.uid),
    };
  }

  #act(action: JobAction, record: JobRecord, state: JobState | undefined): void {
    const { dispatcher, expiry } = this.#parts;
    if (action === "Delete") expiry.add(record);
    if (state === undefined) return;
    if (action === "TellWorkers") this.#parts.recall(state);
    if (action === "Withdraw") dispatcher.withdraw(state);
    if (action === "Enqueue") {
      const hadTurn = state.dispatch > 0 || record.attempts > 1;
      dispatcher.enqueue(state, record.createdMilliseconds, hadTurn ? "Front" : "Back");
    }
  }

  async #writeStatus(
    record: JobRecord,
    state: JobState,
    plan: JobPlan,
    signal: AbortSignal,
  ): Promise<StatusWrite | undefined> {
    const { updates } = this.#parts;
    if (plan.ending !== undefined) {
      const written = await updates.finish(record, plan.ending, signal);
      if (written.kind === "Written") this.#forget(state);
      return written;
    }
    if (plan.progress === undefined) return undefined;
    if (!plan.progress.urgent && !this.#hasTurn(state)) return undefined;
    const { urgent: _urgent, ...progress } = plan.progress;
    const written = await updates.progress(record, progress, signal);
    state.progressAtMilliseconds = undefined;
    return written;
  }

  #hasTurn(state: JobState): boolean {
    const now = this.#parts.clock.now();
    state.progressAtMilliseconds ??= this.#parts.pace.reserve(now);
    return state.progressAtMilliseconds <= now;
  }

  #next(
    record: JobRecord,
    state: JobState,
    { plan, written, now }: { plan: JobPlan; written: StatusWrite | undefined; now: number },
  ): WorkOutcome {
    if (written?.kind === "Conflict") {
      state.cacheIsBehind = true;
      return lookSoon;
    }
    if (written?.kind === "Gone") return {};
    if (written?.kind === "Refused") {
      state.refusedResourceVersion = record.resourceVersion;
      return {};
    }
    const turn = state.progressAtMilliseconds;
    const waitsForTurn = plan.progress !== undefined && written === undefined;
    return lookAgain(plan, now, waitsForTurn ? turn : undefined);
  }

  /** The job is gone, or another has its name. */
  #drop(state: JobState): void {
    if (state.hand === "Dispatched") this.#parts.recall(state);
    this.#forget(state);
  }

  #forget(state: JobState): void {
    const { dispatcher, memory } = this.#parts;
    dispatcher.withdraw(state);
    memory.forget(state);
    dispatcher.pump(state.pool);
  }
}

function handOf(state: JobState | undefined): DispatchState {
  if (state === undefined) return { kind: "Idle" };
  if (state.hand !== "Idle") return { kind: state.hand };
  return { kind: "Idle", backoffUntilMilliseconds: state.backoffUntilMilliseconds };
}

function lookAgain(plan: JobPlan, now: number, turn?: number): WorkOutcome {
  const times = [plan.lookAgainAtMilliseconds, turn].filter((time) => time !== undefined);
  if (times.length === 0) return {};
  const pause = Math.min(...times) - now;
  return { requeueAfterMilliseconds: Math.min(Math.max(pause, 1), longestPauseMilliseconds) };
}
