import { Failure } from "../../api/reasons/failure.ts";
import { TakeError, takeErrorOfReason } from "../../core/take/take-error.ts";

/** Any thrown value as an error of `/take`; the details of an unexpected one are for the log. */
export function toTakeError(thrown: unknown): TakeError {
  if (thrown instanceof TakeError) return thrown;
  if (thrown instanceof Failure)
    return takeErrorOfReason(thrown.reason, { message: thrown.message });
  return new TakeError("internal_application_error", {
    message: "Internal error of Stills; send the request again",
  });
}
