import type { ObjectKey } from "../../platform/kube/object-key.ts";
import type { StatusWrite } from "../../platform/kube/status-writer.ts";
import type { WorkOutcome } from "../../platform/kube/work-queue.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { QuotaService } from "../accounts/quota-service.ts";
import type { PoolDirectory } from "../pools/pool-directory.ts";
import type { StoreAvailability } from "../object-store-monitor.ts";
import type { WorkerRegistry } from "../pools/worker-registry.ts";
import type { DeliveryOutbox } from "../webhooks/delivery-outbox.ts";
import type { CaptureCanceller } from "./capture-canceller.ts";
import type { CompanionJobs } from "./companion-jobs.ts";
import type { DispatchState } from "./dispatch-state.ts";
import type { DispatchStateStore } from "./dispatch-state-store.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { JobAction, JobPlan } from "./job-actions.ts";
import type { JobDeleter } from "./job-deleter.ts";
import { planJob } from "./job-plan.ts";
import type { ObservedJob } from "./job-plan.ts";
import type { JobReader } from "./job-reader.ts";
import { isFinished } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import type { RateLimiter } from "../../platform/process/rate-limiter.ts";
import type { JobStatusWriter } from "./job-status-writer.ts";

interface JobReconcilerDependencies {
  jobReader: JobReader;
  dispatchStates: DispatchStateStore;
  pools: PoolDirectory;
  workers: WorkerRegistry;
  companionJobs: CompanionJobs;
  dispatcher: Dispatcher;
  outbox: DeliveryOutbox;
  jobDeleter: JobDeleter;
  jobStatusWriter: JobStatusWriter;
  captureCanceller: CaptureCanceller;
  usage: Pick<QuotaService, "isCounted">;
  store: StoreAvailability;
  /** Limits the writes of progress over all jobs. */
  progressLimiter: RateLimiter;
  clock: Clock;
}

/** A timer cannot be set for more than 24 days; one reconcile a day of a job that is kept for a month costs nothing. */
const longestPauseMilliseconds = 24 * 3600 * 1000;
const requeueSoon: WorkOutcome = { requeueAfterMilliseconds: 50 };

/** Reconciles a ScreenshotJob: reads it, plans, acts, writes the status once and says when to come again. Leader only. */
export class JobReconciler {
  readonly #dependencies: JobReconcilerDependencies;

  constructor(dependencies: JobReconcilerDependencies) {
    this.#dependencies = dependencies;
  }

  async reconcile(key: ObjectKey, signal: AbortSignal): Promise<WorkOutcome> {
    const { dispatchStates, outbox, clock } = this.#dependencies;
    const record = await this.#read(key, signal);
    outbox.update(key, record);
    if (record === undefined) return {};

    const state = isFinished(record)
      ? dispatchStates.getByUID(record.uid)
      : dispatchStates.getOrCreate(record);
    if (state?.refusedResourceVersion === record.resourceVersion) return {};
    const now = clock.now();
    const plan = planJob(record, this.#observe(record, state), now);
    for (const action of plan.actions) this.#act(action, record, state);
    if (state === undefined) return requeueFor(plan, now);
    const written = await this.#writeStatus(record, state, plan, signal);
    if (isFinished(record)) this.#forget(state);
    return this.#next(record, state, { plan, written, now });
  }

  /** The current job. Drops the state of an earlier job with the same name. */
  async #read(key: ObjectKey, signal: AbortSignal): Promise<JobRecord | undefined> {
    const { jobReader, dispatchStates } = this.#dependencies;
    const isBehind = dispatchStates.getByKey(key)?.cacheIsBehind ?? false;
    const record = await (isBehind
      ? jobReader.latestRecord(key, signal)
      : jobReader.currentRecord(key, signal));
    const known = dispatchStates.getByKey(key);
    if (known === undefined) return record;
    known.cacheIsBehind = false;
    if (known.uid !== record?.uid) this.#drop(known);
    return record;
  }

  #observe(record: JobRecord, state: DispatchState | undefined): ObservedJob {
    const { workers, pools, usage, store, dispatcher, companionJobs } = this.#dependencies;
    if (state !== undefined && workers.holds(record.uid)) state.pickedUp = true;
    return {
      phase: state?.phase ?? "Idle",
      backoffUntilMilliseconds: Math.max(
        state?.backoffUntilMilliseconds ?? 0,
        companionJobs.waitsUntil(record, state),
      ),
      pickedUp: state?.pickedUp ?? false,
      isDispatchKnown: dispatcher.hasBegun,
      pool: pools.admission(record.pool, record.namespace),
      poolProblem: pools.problem(record.pool),
      workerProblem: workers.problemOfHolder(record.uid),
      storeIsAway: store.isAway,
      isUnsendable: state?.isUnsendable ?? false,
      isCounted: usage.isCounted(record),
    };
  }

  #act(action: JobAction, record: JobRecord, state: DispatchState | undefined): void {
    const { dispatcher, jobDeleter, captureCanceller } = this.#dependencies;
    if (action === "Delete") jobDeleter.add(record);
    if (state === undefined) return;
    if (action === "CancelCapture") captureCanceller.cancel(state);
    if (action === "Withdraw") dispatcher.withdraw(state);
    if (action === "Enqueue") {
      const hadTurn = state.dispatch > 0 || record.attempts > 1;
      dispatcher.enqueue(state, record.createdMilliseconds, hadTurn ? "Front" : "Back");
    }
  }

  async #writeStatus(
    record: JobRecord,
    state: DispatchState,
    plan: JobPlan,
    signal: AbortSignal,
  ): Promise<StatusWrite | undefined> {
    const { jobStatusWriter } = this.#dependencies;
    if (plan.ending !== undefined) {
      const written = await jobStatusWriter.finish(record, plan.ending, signal);
      if (written.kind === "Written") this.#forget(state);
      return written;
    }
    if (plan.progress === undefined) return undefined;
    if (!plan.progress.urgent && !this.#mayWriteProgress(state)) return undefined;
    const { urgent: _urgent, ...progress } = plan.progress;
    const written = await jobStatusWriter.progress(record, progress, signal);
    state.progressAtMilliseconds = undefined;
    return written;
  }

  #mayWriteProgress(state: DispatchState): boolean {
    const { clock, progressLimiter } = this.#dependencies;
    const now = clock.now();
    state.progressAtMilliseconds ??= progressLimiter.reserve(now);
    return state.progressAtMilliseconds <= now;
  }

  #next(
    record: JobRecord,
    state: DispatchState,
    { plan, written, now }: { plan: JobPlan; written: StatusWrite | undefined; now: number },
  ): WorkOutcome {
    if (written?.kind === "Conflict") {
      state.cacheIsBehind = true;
      return requeueSoon;
    }
    if (written?.kind === "Gone") return {};
    if (written?.kind === "Refused") {
      state.refusedResourceVersion = record.resourceVersion;
      return {};
    }
    const waitsForLimiter = plan.progress !== undefined && written === undefined;
    return requeueFor(plan, now, waitsForLimiter ? state.progressAtMilliseconds : undefined);
  }

  /** The job was deleted, or another job has its name now. */
  #drop(state: DispatchState): void {
    if (state.phase === "Dispatched") this.#dependencies.captureCanceller.cancel(state);
    this.#forget(state);
  }

  #forget(state: DispatchState): void {
    const { dispatcher, dispatchStates } = this.#dependencies;
    dispatcher.withdraw(state);
    dispatchStates.remove(state);
    dispatcher.pump(state.pool);
  }
}

function requeueFor(plan: JobPlan, now: number, progressAtMilliseconds?: number): WorkOutcome {
  const times = [plan.requeueAtMilliseconds, progressAtMilliseconds].filter(
    (time) => time !== undefined,
  );
  if (times.length === 0) return {};
  const pause = Math.min(...times) - now;
  return { requeueAfterMilliseconds: Math.min(Math.max(pause, 1), longestPauseMilliseconds) };
}
