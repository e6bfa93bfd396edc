import type { ObjectKey } from "../platform/kube/object-key.ts";

/** The side of a work queue that asks for a reconcile. */
export interface RequeuePort {
  /** Asks for a reconcile now. */
  add(key: ObjectKey): void;
  /** Asks for a reconcile after a delay; the earliest of several counts. */
  addAfter(key: ObjectKey, delayMilliseconds: number): void;
}
