import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { RequeuePort } from "../requeue-port.ts";
import { carriedNamesOf, maySharePage, waitsForCarrierUntil } from "./companion-policy.ts";
import type { DispatchState } from "./dispatch-state.ts";
import type { DispatchStateStore } from "./dispatch-state-store.ts";
import type { JobCache } from "./job-cache.ts";
import type { JobReader } from "./job-reader.ts";
import { projectJob, type JobRecord } from "./job-record.ts";

/** A job that is about to be dispatched, or is. */
export interface DispatchedJob {
  job: ScreenshotJob;
  record: JobRecord;
  state: DispatchState;
}

interface CompanionJobsDependencies {
  jobs: JobCache;
  jobReader: JobReader;
  proofs: JobProofs;
  dispatchStates: DispatchStateStore;
  jobQueue: RequeuePort;
  clock: Clock;
}

/** Of `/bulk`. */
const mostCompanions = 19;
/** Of the requests of all companions, so that a message is not refused because of them. */
const mostCompanionBytes = 256 * 1024;

/**
 * Brings jobs that may be captured of one page to one worker, in the request of the job that loads it, their carrier. A job is carried
 * once, in its first attempt; whatever comes in between, it is dispatched by itself. Leader only.
 */
export class CompanionJobs {
  readonly #dependencies: CompanionJobsDependencies;

  constructor(dependencies: CompanionJobsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Until when the job waits for its carrier, epoch milliseconds; 0 if it need not. */
  waitsUntil(record: JobRecord, state: DispatchState | undefined): number {
    const { jobs, dispatchStates, clock } = this.#dependencies;
    if (record.loadsWith === undefined || (state !== undefined && hadTurn(record, state))) return 0;
    const key = keyOf({ namespace: record.namespace, name: record.loadsWith });
    const carrier = jobs.get(key);
    const known = dispatchStates.getByKey(key);
    return waitsForCarrierUntil(
      record,
      {
        record: carrier,
        phase: known?.phase ?? "Idle",
        hadTurn: carrier !== undefined && known !== undefined && hadTurn(carrier, known),
      },
      clock.now(),
    );
  }

  /**
   * The jobs to dispatch with this one, which count as dispatched from now on.
   *
   * @param isDispatchable whether a job may be dispatched now
   */
  async board(
    carrier: DispatchedJob,
    isDispatchable: (record: JobRecord, state: DispatchState) => boolean,
    signal: AbortSignal,
  ): Promise<DispatchedJob[]> {
    if (hadTurn(carrier.record, carrier.state)) return [];
    const names = carriedNamesOf(carrier.job).slice(0, mostCompanions);
    const { namespace } = carrier.record;
    const found = await Promise.all(names.map((name) => this.#find({ namespace, name }, signal)));
    const boarded: DispatchedJob[] = [];
    let bytes = 0;
    for (const companion of found) {
      if (companion === undefined || !this.#mayBoard(companion, carrier)) continue;
      const { record, state } = companion;
      const size = Buffer.byteLength(JSON.stringify(companion.job.spec));
      if (!isDispatchable(record, state) || bytes + size > mostCompanionBytes) continue;
      bytes += size;
      this.#dependencies.dispatchStates.setPhase(state, "Dispatched");
      state.carrierUID = carrier.record.uid;
      state.dispatchedAtMilliseconds = Number.POSITIVE_INFINITY;
      state.dispatch += 1;
      boarded.push(companion);
    }
    return boarded;
  }

  /** The request with these jobs was not published: each is dispatched by itself. */
  release(boarded: readonly DispatchedJob[]): void {
    const { dispatchStates, jobQueue } = this.#dependencies;
    for (const { state } of boarded) {
      if (state.phase !== "Dispatched") continue;
      dispatchStates.setPhase(state, "Idle");
      jobQueue.add(state.key);
    }
  }

  async #find(
    name: { namespace: string; name: string },
    signal: AbortSignal,
  ): Promise<DispatchedJob | undefined> {
    const { dispatchStates, jobReader } = this.#dependencies;
    const key = keyOf(name);
    if (dispatchStates.getByKey(key)?.phase !== "Idle") return undefined;
    const job = await jobReader.jobToDispatch(key, signal);
    const state = job && dispatchStates.getByUID(job.metadata.uid);
    return state && { job, record: projectJob(job), state };
  }

  #mayBoard({ job, record, state }: DispatchedJob, carrier: DispatchedJob): boolean {
    if (state.phase !== "Idle" || hadTurn(record, state) || state === carrier.state) return false;
    if (state.priority !== carrier.state.priority) return false;
    return (
      record.pool === carrier.record.pool &&
      maySharePage(carrier.job, job, this.#dependencies.proofs)
    );
  }
}

/** `dispatch` counts the publishes of this leader. */
function hadTurn({ attempts }: JobRecord, { dispatch, pickedUp }: DispatchState): boolean {
  return attempts > 1 || dispatch > 0 || pickedUp;
}
