import {
  documentationPathOf,
  takeErrorCatalogue,
  type TakeErrorCode,
} from "../../api/reasons/take-errors.ts";
import { reasonEntry, type Reason } from "../../api/reasons/reasons.ts";

export interface TakeErrorOptions {
  message: string;
  /** The word in the job's condition, where there is a job. */
  reason?: Reason;
  /** What the page's host answered; only with `host_returned_error`. */
  returnedStatusCode?: number;
  retryAfterSeconds?: number;
}

/** An answer of `/take` that is an error. The message is for the caller: no secret, no address found out by resolving. */
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

/** The `error_code` a reason answers with. */
export function takeErrorCodeOf(reason: Reason): TakeErrorCode {
  return reasonEntry(reason).errorCode ?? "internal_application_error";
}

/** The error of a job that ended without a picture. */
export function takeErrorOfReason(reason: Reason, message: string): TakeError {
  const code = takeErrorCodeOf(reason);
  const returned = code === "host_returned_error" ? /\b([1-5]\d\d)\b/.exec(message) : null;
  return new TakeError(code, {
    message,
    reason,
    ...(returned ? { returnedStatusCode: Number(returned[1]) } : {}),
  });
}

/** The JSON of an error, in the answer as in a webhook. */
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

/** A request that cannot be right, in the one style of all validation messages. */
export function invalidRequest(problems: readonly string[]): TakeError {
  return new TakeError("request_not_valid", {
    message: `The request is not valid: ${problems.join("; ")}`,
  });
}
