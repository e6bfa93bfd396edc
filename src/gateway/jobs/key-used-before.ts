import { TakeError } from "../../core/take/take-error.ts";

/** The error of a call whose `Idempotency-Key` belongs to another request. */
export function keyUsedBefore(): TakeError {
  return new TakeError("request_not_valid", {
    message:
      "The request is not valid: this `Idempotency-Key` was already used for another request; use a new one",
  });
}
