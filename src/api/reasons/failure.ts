import type { Reason } from "./reasons.ts";

export interface FailureOptions {
  /** A sentence for the person who made the job: names the field, the limit and what to do. No secret, no stack. */
  message: string;
  cause?: unknown;
}

/**
 * An error with a word of the reason catalogue. `message` is safe to show to the job's owner; what else is known travels
 * as `cause` and appears in logs only.
 */
export class Failure extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, options: FailureOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Failure";
    this.reason = reason;
  }
}

/** The failure itself, or an `InternalError` that wraps whatever was thrown. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure("InternalError", {
    message: "Something unexpected happened inside Stills; the logs have the details",
    cause: thrown,
  });
}
