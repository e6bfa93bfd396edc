import type { TakeErrorCode } from "./take-errors.ts";

interface ReasonEntry {
  /** The condition and status that the reason belongs to. */
  readonly outcome: "Progress" | "Success" | "Failure" | "Delivery";
  /** Whether another attempt can help. `backoff` counts against `backoffLimit`. */
  readonly retry: "never" | "backoff";
  /** The `error_code` of the ScreenshotOne-compatible API. */
  readonly errorCode?: TakeErrorCode;
  readonly meaning: string;
}

/**
 * The catalogue of reasons. Conditions, Events, logs, metric labels, webhooks and (through `errorCode`) the answers of `/take`
 * use the same words.
 */
export const reasonCatalogue = {
  Queued: progress("The job waits for a free browser of its pool."),
  Capturing: progress("The capture was dispatched to the workers of the pool."),
  BackingOff: progress("An attempt failed. The next one follows after a backoff."),
  Suspended: progress("`suspend` is true. The job waits until it is set to false."),

  Captured: success("The picture is stored."),

  Cancelled: permanent("request_aborted", "`cancel` was set to true."),
  DeadlineExceeded: permanent(
    "timeout_error",
    "The job did not end within `activeDeadlineSeconds`.",
  ),
  StartDeadlineExceeded: permanent(
    "temporary_unavailable",
    "No worker started the job within `startDeadlineSeconds`.",
  ),
  CaptureTimedOut: transient(
    "timeout_error",
    "One attempt took longer than `captureTimeoutSeconds`.",
  ),
  NavigationTimedOut: transient(
    "timeout_error",
    "The page did not load within `navigationTimeoutSeconds`.",
  ),
  WaitTimedOut: permanent(
    "timeout_error",
    "The selector of `wait.selector` did not appear in time.",
  ),
  NameNotResolved: permanent("name_not_resolved", "The page's host name does not exist."),
  ConnectionFailed: transient(
    "network_error",
    "The target host could not be reached, or the connection was lost.",
  ),
  ProxyRefused: permanent(
    "network_error",
    "The caller's proxy rejected the user name, the password or the target host.",
  ),
  CertificateInvalid: permanent(
    "network_error",
    "The TLS certificate of the target host is not valid.",
  ),
  HostReturnedError: permanent(
    "host_returned_error",
    "The target host answered with a status outside 200 to 299.",
  ),
  TargetNotAllowed: permanent("request_not_valid", "The page's address may not be visited."),
  TargetNotAPage: permanent("network_error", "The address leads to a download or to no content."),
  SelectorNotFound: permanent(
    "selector_not_found",
    "No visible element matches the selector of `element`, `click`, `hover` or `scrollIntoView`.",
  ),
  SelectorInvalid: permanent("request_not_valid", "A selector is not valid CSS."),
  OptionInvalid: permanent(
    "request_not_valid",
    "The browser does not support the value of an option, such as a time zone.",
  ),
  ContentContainsText: permanent(
    "content_contains_specified_string",
    "The page contains a text of `failIf.contentContains`.",
  ),
  ContentMissesText: permanent(
    "content_missing_specified_string",
    "The page lacks a text of `failIf.contentMissing`.",
  ),
  PageRequestFailed: permanent(
    "matched_failed_request",
    "A request of the page for an address of `failIf.requestFailed` failed.",
  ),
  ScriptFailed: permanent("request_not_valid", "A script of the job threw an error."),
  ScriptTriggeredRedirect: permanent(
    "script_triggers_redirect",
    "A script of the job navigated to another page.",
  ),
  PictureTooLarge: permanent(
    "resulting_image_too_large",
    "The picture exceeds a limit of the format or of the worker.",
  ),
  TransferLimitExceeded: permanent(
    "network_error",
    "The page loaded more than the egress proxy allows for one job.",
  ),
  BrowserFailed: transient(
    "internal_application_error",
    "The browser crashed or hung during the capture.",
  ),
  WorkerCrashed: transient(
    "internal_application_error",
    "The worker crashed twice while capturing the page.",
  ),
  StorageUnavailable: transient(
    "storage_returned_transient_error",
    "The object store did not store the picture.",
  ),
  StorageDenied: permanent("storage_access_denied", "The object store denied access."),
  StorageInvalid: permanent(
    "invalid_storage_configuration",
    "`storage` is not valid: the bucket is not set up or not allowed.",
  ),
  PoolNotFound: permanent(
    "request_not_valid",
    "The BrowserPool named in `poolName` does not exist.",
  ),
  NamespaceNotAllowed: permanent(
    "request_not_valid",
    "The pool does not accept jobs from this namespace.",
  ),
  SealInvalid: permanent(
    "internal_application_error",
    "`sealed` was made for another job or spec, or for a key that the controller does not have.",
  ),
  RequestMalformed: permanent(
    "internal_application_error",
    "A message between components of Stills was malformed.",
  ),
  InternalError: transient("internal_application_error", "An unexpected error occurred in Stills."),

  DeliveryPending: delivery("The receiver of the webhook has not answered with 2xx yet."),
  Delivered: delivery("The receiver of the webhook answered with 2xx."),
  ReceiverGone: delivery("The receiver of the webhook answered 410."),
  DeliveryExhausted: delivery("The receiver of the webhook failed until the last retry."),
} as const satisfies Record<string, ReasonEntry>;

/** A reason of the catalogue. */
export type Reason = keyof typeof reasonCatalogue;

/** All reasons, in the order of the catalogue. */
export const reasons = Object.keys(reasonCatalogue) as Reason[];

/** The reasons that can end a job as `Succeeded=False`. */
export const failureReasons = reasons.filter((r) => reasonCatalogue[r].outcome === "Failure");

/** The entry of a reason, as the general type. */
export function reasonEntry(reason: Reason): ReasonEntry {
  return reasonCatalogue[reason];
}

/** Whether a text is a reason of the catalogue. */
export function isReason(text: string): text is Reason {
  return Object.hasOwn(reasonCatalogue, text);
}

function progress(meaning: string): ReasonEntry {
  return { outcome: "Progress", retry: "never", meaning };
}

function success(meaning: string): ReasonEntry {
  return { outcome: "Success", retry: "never", meaning };
}

/** Another attempt would fail the same way. */
function permanent(errorCode: TakeErrorCode, meaning: string): ReasonEntry {
  return { outcome: "Failure", retry: "never", errorCode, meaning };
}

/** Another attempt may succeed. */
function transient(errorCode: TakeErrorCode, meaning: string): ReasonEntry {
  return { outcome: "Failure", retry: "backoff", errorCode, meaning };
}

function delivery(meaning: string): ReasonEntry {
  return { outcome: "Delivery", retry: "never", meaning };
}
