import type { Failure } from "../api/reasons/failure.ts";

/** What a part of an attempt needs that tries again by itself. */
export interface Tries {
  readonly signal: AbortSignal;
  /** Called with each failure that another try follows. */
  readonly onFailedTry: (failure: Failure) => void;
}
