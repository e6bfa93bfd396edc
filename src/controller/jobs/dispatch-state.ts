import type { JobPriority } from "../../api/kinds/job-priority.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import type { DispatchPhase } from "./dispatch-phase.ts";

/** What the leader knows of an unfinished job besides its record. Lost with the leader; the next one restores it from NATS. */
export interface DispatchState {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly key: ObjectKey;
  readonly pool: string;
  /** The class it waits in. */
  readonly priority: JobPriority;
  readonly phase: DispatchPhase;
  /** Uid of the job whose request carries this one's; undefined when it has a request of its own. */
  carrierUID: string | undefined;
  /** No attempt is dispatched before this time; epoch milliseconds. */
  backoffUntilMilliseconds: number;
  /** Since when it waits for a slot, monotonic; undefined while it does not. */
  waitingSinceMilliseconds: number | undefined;
  /** A worker has announced that it holds the job, in this attempt or an earlier one. */
  pickedUp: boolean;
  /** A draining worker returned the job; its request is about to leave the stream. */
  returned: boolean;
  /** How often this leader published the request; part of the message id. */
  dispatch: number;
  /** When the request was published, monotonic; infinite until NATS has confirmed it. */
  dispatchedAtMilliseconds: number;
  /** When the rate limiter allows the next write of progress; undefined until it was asked. Epoch milliseconds. */
  progressAtMilliseconds: number | undefined;
  /** A status write was refused because the cache was older than the job. */
  cacheIsBehind: boolean;
  /** The capture request is larger than a message may be, and no repetition helps. */
  isUnsendable: boolean;
  /** The version of the job for which the API server's validation refused our status. */
  refusedResourceVersion: string | undefined;
}
