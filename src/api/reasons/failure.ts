import type { Reason } from "./reasons.ts";

interface FailureOptions {
  /** For the job's owner: the field, the limit, and what to do. No secret, no stack. */
  message: string;
  cause?: unknown;
  /** The HTTP status of the page's host; only with HostReturnedError. */
  returnedStatusCode?: number;
}

/** An error with a reason of the catalogue. `message` is safe to show to the job's owner; `cause` appears in logs only. */
export class Failure extends Error {
  readonly reason: Reason;
  readonly returnedStatusCode: number | undefined;

  constructor(reason: Reason, options: FailureOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Failure";
    this.reason = reason;
    this.returnedStatusCode = options.returnedStatusCode;
  }
}

/** Converts a thrown value: a Failure stays as it is, anything else becomes the cause of an `InternalError`. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure("InternalError", {
    message: "An unexpected error occurred in Stills; see the logs for details",
    cause: thrown,
  });
}
