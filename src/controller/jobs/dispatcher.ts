import { parseCaptureRequest, type CaptureRequest } from "../../api/messages/capture-request.ts";
import { captureMessageID, streams, subjects } from "../../api/messages/subjects.ts";
import { jobPriorities, type JobPriority } from "../../api/kinds/job-priority.ts";
import { Backlog } from "./backlog.ts";
import { classesWithCredit, type PoolLoad } from "./credit-policy.ts";
import { startDeadlineOf } from "./job-plan.ts";
import { currentAttempt, deadlineMilliseconds, isFinished, projectJob } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { MessageTooLarge, type Publisher } from "../../platform/nats/publisher.ts";
import { messageOnStream } from "../../platform/nats/stream-state.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { createCaptureRequest } from "./capture-request.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import type { RequestKeys } from "./capture-request.ts";
import type { AccountTargetsReader } from "../accounts/account-targets-reader.ts";
import type { CompanionJobs, DispatchedJob } from "./companion-jobs.ts";
import type { DispatchState } from "./dispatch-state.ts";
import type { DispatchStateStore } from "./dispatch-state-store.ts";
import type { JobReader } from "./job-reader.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { jobLogFields } from "./job-log-fields.ts";
import type { NatsRepair } from "../nats-repair.ts";
import type { StoreAvailability } from "../object-store-monitor.ts";
import type { RequeuePort } from "../requeue-port.ts";
import type { WorkerRegistry } from "../pools/worker-registry.ts";

interface DispatcherDependencies {
  nats: Nats;
  publisher: Publisher;
  dispatchStates: DispatchStateStore;
  jobReader: JobReader;
  companionJobs: CompanionJobs;
  workers: WorkerRegistry;
  store: StoreAvailability;
  keys: RequestKeys;
  proofs: JobProofs;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
  operatorNamespace: string;
  accountTargets: AccountTargetsReader;
  jobQueue: RequeuePort;
  poolQueue: RequeuePort;
  repair: NatsRepair;
}

/** Concurrent dispatches; each is a publish and, for jobs that waited, one read from the API server. */
const maxConcurrentDispatches = 64;
const pauseAfterFailureMilliseconds = 1_000;
/** Jobs are created in batches; their pool is reconciled once for all that came within this time. */
const backlogPauseMilliseconds = 200;
/** The request of an older attempt is acknowledged right after its result, so it soon leaves the stream. */
const pauseWhileOccupiedMilliseconds = 500;

/**
 * Publishes the capture requests of jobs: as many as their pool has credit for. The others wait here, by
 * class and namespace. Leader only.
 */
export class Dispatcher {
  readonly #dependencies: DispatcherDependencies;
  readonly #backlogs = new Map<string, Backlog>();
  readonly #running = new Set<Promise<void>>();
  #signal = AbortSignal.abort();

  constructor(dependencies: DispatcherDependencies) {
    this.#dependencies = dependencies;
  }

  /** Starts dispatching; the signal ends it. */
  begin(signal: AbortSignal): void {
    this.#signal = signal;
    this.pumpAll();
  }

  /** False until this leader has learned from NATS what an earlier one dispatched. */
  get hasBegun(): boolean {
    return !this.#signal.aborted;
  }

  /** Resolves when the dispatches under way have ended. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Adds a job to the queue of its pool; `Front` for a job that had its turn before. */
  enqueue(state: DispatchState, createdMilliseconds: number, at: "Front" | "Back"): void {
    const { uid, namespace, priority } = state;
    this.#dependencies.dispatchStates.setPhase(state, "Pending");
    state.waitingSinceMilliseconds ??= this.#dependencies.clock.monotonicMilliseconds();
    const backlog = this.#backlogs.get(state.pool) ?? new Backlog();
    this.#backlogs.set(state.pool, backlog);
    backlog.add({ uid, namespace, priority, createdMilliseconds }, at);
    this.pump(state.pool);
    if (this.pendingOf(state.pool) > 0) this.#requeuePool(state.pool);
  }

  /** Removes a job from the queue of its pool. */
  withdraw(state: DispatchState): void {
    this.#backlogs.get(state.pool)?.remove(state.uid);
    if (state.phase === "Pending") this.#dependencies.dispatchStates.setPhase(state, "Idle");
  }

  /** How many jobs of a pool wait for credit. */
  pendingOf(pool: string): number {
    return this.#backlogs.get(pool)?.size ?? 0;
  }

  /** Creation time of the oldest job that waits, epoch milliseconds. */
  oldestPendingMilliseconds(pool: string): number | undefined {
    return this.#backlogs.get(pool)?.oldestMilliseconds();
  }

  /** How long the oldest job of each class has waited, in seconds, over all pools. */
  longestWaits(): (readonly [JobPriority, number])[] {
    const now = this.#dependencies.clock.now();
    return jobPriorities.map((priority) => {
      const ages = [...this.#backlogs.values()].map(
        (backlog) => now - (backlog.oldestMilliseconds([priority]) ?? now),
      );
      return [priority, Math.max(0, ...ages) / 1000];
    });
  }

  /** Dispatches what each pool has credit for. */
  pumpAll(): void {
    for (const pool of this.#backlogs.keys()) this.pump(pool);
  }

  /** Dispatches as many jobs of the pool as it has credit for; none while the object store is away, since their pictures would wait. */
  pump(pool: string): void {
    const backlog = this.#backlogs.get(pool);
    const { dispatchStates, workers, store } = this.#dependencies;
    if (backlog === undefined || !store.isAvailable) return;
    const slots = workers.slotsOf(pool);
    const load = this.#loadOf(pool);
    while (this.#running.size < maxConcurrentDispatches && !this.#signal.aborted) {
      const next = backlog.dequeue(classesWithCredit(slots, load));
      if (next === undefined) break;
      const state = dispatchStates.getByUID(next.uid);
      if (state === undefined) continue;
      // Counts against the credit before it is published, so that a concurrent pump does not spend it twice.
      dispatchStates.setPhase(state, "Dispatched");
      state.dispatchedAtMilliseconds = Number.POSITIVE_INFINITY;
      state.carrierUID = undefined;
      addTo(load, state);
      this.#start(state);
    }
    if (backlog.size === 0) this.#backlogs.delete(pool);
  }

  /** The dispatched jobs of the pool that take a slot, or will: a captured picture that waits to be stored does not. */
  #loadOf(pool: string): PoolLoad {
    const { dispatchStates, workers } = this.#dependencies;
    const storing = new Set(workers.storingUIDsOf(pool));
    const load = { all: 0, synchronous: 0 };
    for (const state of dispatchStates.slotTakers(pool, storing)) addTo(load, state);
    return load;
  }

  #requeuePool(pool: string): void {
    const { operatorNamespace, poolQueue } = this.#dependencies;
    poolQueue.addAfter(`${operatorNamespace}/${pool}`, backlogPauseMilliseconds);
  }

  #start(state: DispatchState): void {
    const work = this.#dispatch(state).catch((err: unknown) => {
      if (this.#signal.aborted) return;
      this.#dependencies.log.warn(
        { ...jobLogFields(state), err },
        "Could not dispatch ScreenshotJob",
      );
      state.isUnsendable = err instanceof MessageTooLarge;
      this.#retryAfter(state, state.isUnsendable ? 0 : pauseAfterFailureMilliseconds);
      if (!state.isUnsendable) this.#dependencies.repair.request();
    });
    this.#running.add(work);
    void work.finally(() => {
      this.#running.delete(work);
      this.pumpAll();
    });
  }

  async #dispatch(state: DispatchState): Promise<void> {
    const job = await this.#dependencies.jobReader.jobToDispatch(state.key, this.#signal);
    const record = job === undefined ? undefined : projectJob(job);
    if (job === undefined || record === undefined || !this.#isDispatchable(record, state)) {
      this.#retryAfter(state, 0);
      return;
    }
    await this.#publish({ state, job, record });
  }

  /** Whether to dispatch the job as the API server has it now. If not, the reconciler decides what follows. */
  #isDispatchable(record: JobRecord, state: DispatchState): boolean {
    if (record.uid !== state.uid || record.deleting || isFinished(record)) return false;
    if (record.suspend || record.cancel) return false;
    const { pickedUp } = state;
    const startDeadline = startDeadlineOf(record, { pickedUp, isDispatchKnown: this.hasBegun });
    const deadline = Math.min(deadlineMilliseconds(record), startDeadline ?? Infinity);
    return this.#dependencies.clock.now() < deadline;
  }

  async #publish(dispatched: DispatchedJob): Promise<void> {
    const { publisher, metrics, log, companionJobs } = this.#dependencies;
    const { state, record } = dispatched;
    const attempt = currentAttempt(record);
    const isDispatchable = this.#isDispatchable.bind(this);
    const companions = await companionJobs.board(dispatched, isDispatchable, this.#signal);
    using unpublished = new DisposableStack();
    unpublished.defer(() => companionJobs.release(companions));
    const requestOf = await this.#requestsFor(dispatched);
    // If an earlier leader used this message id, NATS stores nothing and answers with a duplicate: try the next one.
    for (let round = 0; round < 3; round += 1) {
      state.dispatch += 1;
      const { dispatch } = state;
      const request: CaptureRequest = {
        ...requestOf(dispatched),
        ...(companions.length > 0 && { companions: companions.map(requestOf) }),
      };
      const outcome = await publisher.publish(subjects.capture(state.pool, state.uid), request, {
        messageID: captureMessageID(state.uid, attempt, dispatch),
        signal: this.#signal,
      });
      state.dispatchedAtMilliseconds = this.#dependencies.clock.monotonicMilliseconds();
      if (outcome.kind === "Occupied") return await this.#handleOccupied(state, attempt);
      if (outcome.duplicate) continue;
      state.returned = false;
      unpublished.move();
      const fields = { ...jobLogFields(state), attempt, dispatch, companions: companions.length };
      log.debug(fields, "Dispatched ScreenshotJob");
      for (const one of [state, ...companions.map((companion) => companion.state)]) {
        one.dispatchedAtMilliseconds = state.dispatchedAtMilliseconds;
        metrics.dispatched.increment();
        this.#observeWait(one);
        this.#dependencies.jobQueue.add(one.key);
      }
      return;
    }
    this.#retryAfter(state, pauseAfterFailureMilliseconds);
  }

  #observeWait(state: DispatchState): void {
    const { metrics, clock } = this.#dependencies;
    const { priority, waitingSinceMilliseconds: since } = state;
    if (since === undefined) return;
    metrics.waited.observe((clock.monotonicMilliseconds() - since) / 1000, { priority });
    state.waitingSinceMilliseconds = undefined;
  }

  /** Makes the requests of jobs of one account. */
  async #requestsFor({
    job: { metadata },
  }: DispatchedJob): Promise<(dispatched: DispatchedJob) => CaptureRequest> {
    const { keys, proofs, accountTargets, clock } = this.#dependencies;
    const targets = await accountTargets.of(proofs.accountOf({ metadata }), this.#signal);
    return ({ job, record, state: { dispatch } }) => {
      const nowMilliseconds = clock.now();
      return createCaptureRequest(job, record, {
        ...{ ...keys, proofs, targets, dispatch, nowMilliseconds },
      });
    };
  }

  /** A request of this job is on the stream already. One of this attempt will do; one of an earlier attempt soon leaves. */
  async #handleOccupied(state: DispatchState, attempt: number): Promise<void> {
    const subject = subjects.capture(state.pool, state.uid);
    const stored = await messageOnStream(this.#dependencies.nats, streams.captures, subject);
    const leavesSoon = stored === undefined || attemptOn(stored.body) < attempt || state.returned;
    // Only once per return: if the worker died before it acknowledged, the next worker gets the request.
    state.returned = false;
    if (leavesSoon) this.#retryAfter(state, pauseWhileOccupiedMilliseconds);
    else this.#dependencies.jobQueue.add(state.key);
  }

  #retryAfter(state: DispatchState, pauseMilliseconds: number): void {
    if (state.phase !== "Dispatched") return;
    state.backoffUntilMilliseconds = this.#dependencies.clock.now() + pauseMilliseconds;
    this.#dependencies.dispatchStates.setPhase(state, "Idle");
    this.#dependencies.jobQueue.add(state.key);
  }
}

function addTo(load: PoolLoad, { priority }: DispatchState): void {
  load.all += 1;
  if (priority === "Synchronous") load.synchronous += 1;
}

/** The attempt of a stored request; 0 when it cannot be parsed, so that it counts as older. */
function attemptOn(body: unknown): number {
  try {
    return parseCaptureRequest(body).attempt;
  } catch {
    return 0;
  }
}
