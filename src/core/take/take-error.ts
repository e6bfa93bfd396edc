import {
  documentationPathOf,
  takeErrorCatalogue,
  type TakeErrorCode,
} from "../../api/reasons/take-errors.ts";
import { reasonEntry, type Reason } from "../../api/reasons/reasons.ts";

interface TakeErrorOptions {
  message: string;
  /** The reason in the job's condition, if there is a job. */
  reason?: Reason;
  /** The status of the page's response; only with `host_returned_error`. */
  returnedStatusCode?: number;
  retryAfterSeconds?: number;
}

/** An error response of `/take`. The message is for the caller and contains no secret and no resolved address. */
export class TakeError extends Error {
  readonly code: TakeErrorCode;
  readonly reason: Reason | undefined;
  readonly returnedStatusCode: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: TakeErrorCode, options: TakeErrorOptions) {
    super(options.message);
    this.name = "TakeError";
    this.code = code;
    this.reason = options.reason;
    this.returnedStatusCode = options.returnedStatusCode;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return takeErrorCatalogue[this.code].status;
  }
}

/** The `error_code` of a reason. */
function takeErrorCodeOf(reason: Reason): TakeErrorCode {
  return reasonEntry(reason).errorCode ?? "internal_application_error";
}

/** The error of a job that failed with the reason. */
export function takeErrorOfReason(
  reason: Reason,
  { message, returnedStatusCode }: Pick<TakeErrorOptions, "message" | "returnedStatusCode">,
): TakeError {
  return new TakeError(takeErrorCodeOf(reason), {
    message,
    reason,
    ...(returnedStatusCode !== undefined && { returnedStatusCode }),
  });
}

/** The JSON of an error, in the response and in a webhook. */
export function takeErrorBody(error: TakeError, publicURL: string): Record<string, unknown> {
  return {
    is_successful: false,
    error_code: error.code,
    error_message: error.message,
    documentation_url: `${publicURL}${documentationPathOf(error.code)}`,
    ...(error.returnedStatusCode === undefined
      ? {}
      : { returned_status_code: error.returnedStatusCode }),
  };
}

/** A validation error; each problem is a clause such as `"width" must be a number`. */
export function invalidRequest(problems: readonly string[]): TakeError {
  return new TakeError("request_not_valid", {
    message: `The request is not valid: ${problems.join("; ")}`,
  });
}
