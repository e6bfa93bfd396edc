import type { DispatchPhase } from "./dispatch-phase.ts";
import type { DispatchState } from "./dispatch-state.ts";
import type { JobRecord } from "./job-record.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";

type Writable<State> = { -readonly [Field in keyof State]: State[Field] };

/** The dispatch states of the unfinished jobs the leader knows, and how many of them are dispatched to each pool. */
export class DispatchStateStore {
  readonly #byKey = new Map<ObjectKey, Writable<DispatchState>>();
  readonly #byUID = new Map<string, Writable<DispatchState>>();
  readonly #dispatched = new Map<string, Set<DispatchState>>();

  get size(): number {
    return this.#byKey.size;
  }

  /** The state of the job with this uid; created as `Idle` if it is unknown. */
  getOrCreate(record: JobRecord): DispatchState {
    const known = this.#byUID.get(record.uid);
    if (known !== undefined) return known;
    const state: Writable<DispatchState> = {
      uid: record.uid,
      namespace: record.namespace,
      name: record.name,
      key: keyOf(record),
      pool: record.pool,
      priority: record.priority,
      phase: "Idle",
      carrierUID: undefined,
      backoffUntilMilliseconds: 0,
      waitingSinceMilliseconds: undefined,
      pickedUp: false,
      returned: false,
      dispatch: 0,
      dispatchedAtMilliseconds: 0,
      progressAtMilliseconds: undefined,
      cacheIsBehind: false,
      isUnsendable: false,
      refusedResourceVersion: undefined,
    };
    this.#byKey.set(state.key, state);
    this.#byUID.set(state.uid, state);
    return state;
  }

  getByUID(uid: string): DispatchState | undefined {
    return this.#byUID.get(uid);
  }

  getByKey(key: ObjectKey): DispatchState | undefined {
    return this.#byKey.get(key);
  }

  /** Sets the phase of a job. Does nothing for a state that was removed. */
  setPhase(state: DispatchState, phase: DispatchPhase): void {
    const known = this.#byUID.get(state.uid);
    if (known === undefined || known.phase === phase) return;
    this.#removeFromPool(known);
    known.phase = phase;
    if (phase !== "Dispatched") return;
    const pool = this.#dispatched.get(known.pool) ?? new Set();
    this.#dispatched.set(known.pool, pool.add(known));
  }

  remove(state: DispatchState): void {
    const known = this.#byUID.get(state.uid);
    if (known === undefined) return;
    this.#removeFromPool(known);
    this.#byUID.delete(known.uid);
    if (this.#byKey.get(known.key) === known) this.#byKey.delete(known.key);
  }

  /**
   * The jobs that are dispatched to a pool and take a slot, or will; one of those on one page, which take a slot together.
   *
   * @param leftOut uids of jobs that take none any more
   */
  slotTakers(pool: string, leftOut: ReadonlySet<string> = new Set()): DispatchState[] {
    const takers = new Map<string, DispatchState>();
    for (const state of this.#dispatched.get(pool) ?? [])
      if (!leftOut.has(state.uid)) takers.set(state.carrierUID ?? state.uid, state);
    return [...takers.values()];
  }

  dispatchedStates(): DispatchState[] {
    return [...this.#dispatched.values()].flatMap((pool) => [...pool]);
  }

  #removeFromPool(state: DispatchState): void {
    const pool = this.#dispatched.get(state.pool);
    if (pool === undefined) return;
    pool.delete(state);
    if (pool.size === 0) this.#dispatched.delete(state.pool);
  }
}
