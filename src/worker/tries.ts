import type { Failure } from "../api/reasons/failure.ts";

/** What a part of an attempt needs that tries again by itself. */
export interface Tries {
  readonly signal: AbortSignal;
  /** Called with each failure that another try follows. */
  readonly onFailedTry: (failure: Failure) => void;
}

/** What storing a picture needs, and tells. */
export interface StoreTries extends Tries {
  /** The page needs its browser no more. */
  readonly onCaptured: () => void;
  /** The picture is stored, and goes into the bucket that the job names. */
  readonly onCopying: () => void;
}
