import type { DispatchState } from "./dispatch-state.ts";
import type { JobRecord } from "./job-record.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";

/** What the leader knows of an unfinished job besides its record. Lost with the leader, and found again by the next. */
export interface JobState {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly key: ObjectKey;
  readonly pool: string;
  readonly hand: DispatchState["kind"];
  /** No attempt is dispatched before; epoch milliseconds. */
  backoffUntilMilliseconds: number;
  /** A worker was seen to hold it. */
  taken: boolean;
  /** A draining worker gave it back; its request leaves the stream in a moment. */
  returned: boolean;
  /** How often this leader published it; part of the message id. */
  dispatch: number;
  /** When it was published, monotonic; infinite while that is on its way. */
  dispatchedAtMilliseconds: number;
  /** Its turn to tell about progress, once it has asked; epoch milliseconds. */
  progressAtMilliseconds: number | undefined;
  /** A write met a newer version than the cache had. */
  cacheIsBehind: boolean;
  /** The API server's validation refused our status for this version of the job. */
  refusedResourceVersion: string | undefined;
}

type Writable<State> = { -readonly [Field in keyof State]: State[Field] };

/** The leader's memory of unfinished jobs, and how many of them are in the hands of each pool. */
export class DispatchStateStore {
  readonly #byKey = new Map<ObjectKey, Writable<JobState>>();
  readonly #byUID = new Map<string, Writable<JobState>>();
  readonly #dispatched = new Map<string, Set<JobState>>();

  get size(): number {
    return this.#byKey.size;
  }

  /** The state of this very job; a new one, `Idle`, if it is not known yet. */
  of(record: JobRecord): JobState {
    const known = this.#byUID.get(record.uid);
    if (known !== undefined) return known;
    const state: Writable<JobState> = {
      uid: record.uid,
      namespace: record.namespace,
      name: record.name,
      key: keyOf(record),
      pool: record.pool,
      hand: "Idle",
      backoffUntilMilliseconds: 0,
      taken: false,
      returned: false,
      dispatch: 0,
      dispatchedAtMilliseconds: 0,
      progressAtMilliseconds: undefined,
      cacheIsBehind: false,
      refusedResourceVersion: undefined,
    };
    this.#byKey.set(state.key, state);
    this.#byUID.set(state.uid, state);
    return state;
  }

  findByUID(uid: string): JobState | undefined {
    return this.#byUID.get(uid);
  }

  findByKey(key: ObjectKey): JobState | undefined {
    return this.#byKey.get(key);
  }

  /** Moves a job from one hand to the other; only states of this memory. */
  move(state: JobState, hand: DispatchState["kind"]): void {
    const known = this.#byUID.get(state.uid);
    if (known === undefined || known.hand === hand) return;
    this.#release(known);
    known.hand = hand;
    if (hand !== "Dispatched") return;
    const pool = this.#dispatched.get(known.pool) ?? new Set();
    this.#dispatched.set(known.pool, pool.add(known));
  }

  forget(state: JobState): void {
    const known = this.#byUID.get(state.uid);
    if (known === undefined) return;
    this.#release(known);
    this.#byUID.delete(known.uid);
    if (this.#byKey.get(known.key) === known) this.#byKey.delete(known.key);
  }

  /** Jobs that were handed to a pool and have not come back. */
  unfinishedOf(pool: string): number {
    return this.#dispatched.get(pool)?.size ?? 0;
  }

  dispatchedStates(): JobState[] {
    return [...this.#dispatched.values()].flatMap((pool) => [...pool]);
  }

  #release(state: JobState): void {
    const pool = this.#dispatched.get(state.pool);
    if (pool === undefined) return;
    pool.delete(state);
    if (pool.size === 0) this.#dispatched.delete(state.pool);
  }
}
