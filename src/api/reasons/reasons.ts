import { largestWebhookPictureText } from "../settings/webhook-limits.ts";
import type { TakeErrorCode } from "./take-errors.ts";

/**
 * `Job`: the job, its page or the page's host; another attempt would meet the same. `Installation`: its settings or its capacity,
 * which an operator can change. `Network`: a connection, where a killed egress proxy looks like a host that closes. `Stills`: one of its
 * parts failed. After the last two another attempt may find all well.
 */
export type Fault = "Job" | "Installation" | "Network" | "Stills";

interface ReasonEntry {
  /** The condition and status that the reason belongs to. */
  readonly outcome: "Progress" | "Success" | "Failure" | "Delivery";
  /** Of a failure: what has to change before a job can succeed. */
  readonly fault?: Fault;
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

  Cancelled: ofJob("request_aborted", "`cancel` was set to true."),
  DeadlineExceeded: ofInstallation(
    "timeout_error",
    "The job did not end within `activeDeadlineSeconds`.",
  ),
  StartDeadlineExceeded: ofInstallation(
    "temporary_unavailable",
    "No worker started the job within `startDeadlineSeconds`.",
  ),
  CaptureTimedOut: ofJob("timeout_error", "One attempt took longer than `captureTimeoutSeconds`."),
  NavigationTimedOut: ofJob(
    "timeout_error",
    "The page did not load within `navigationTimeoutSeconds`.",
  ),
  WaitTimedOut: ofJob("timeout_error", "The selector of `wait.selector` did not appear in time."),
  NameNotResolved: ofJob("name_not_resolved", "The page's host name does not exist."),
  ConnectionFailed: ofNetwork(
    "network_error",
    "The target host could not be reached, or the connection was lost.",
  ),
  ProxyRefused: ofJob(
    "network_error",
    "The caller's proxy rejected the user name, the password or the target host.",
  ),
  CertificateInvalid: ofJob(
    "network_error",
    "The TLS certificate of the target host is not valid.",
  ),
  HostReturnedError: ofJob(
    "host_returned_error",
    "The target host answered with a status outside 200 to 299.",
  ),
  TargetNotAllowed: ofJob(
    "request_not_valid",
    "The address of the page, or of `storage.endpoint`, may not be visited.",
  ),
  TargetNotAPage: ofJob(
    "network_error",
    "The address leads to a download, to no content, or to a document that is cut or cannot be decoded.",
  ),
  SelectorNotFound: ofJob(
    "selector_not_found",
    "No visible element matches the selector of `element`, `click`, `hover` or `scrollIntoView`.",
  ),
  SelectorInvalid: ofJob("request_not_valid", "A selector is not valid CSS."),
  OptionInvalid: ofJob(
    "request_not_valid",
    "The value of an option does not fit the browser or the page, such as a time zone that the browser does not know.",
  ),
  ContentContainsText: ofJob(
    "content_contains_specified_string",
    "The page contains a text of `failIf.contentContains`.",
  ),
  ContentMissesText: ofJob(
    "content_missing_specified_string",
    "The page lacks a text of `failIf.contentMissing`.",
  ),
  PageRequestFailed: ofJob(
    "matched_failed_request",
    "A request of the page for an address of `failIf.requestFailed` failed.",
  ),
  ScriptFailed: ofJob("request_not_valid", "A script of the job threw an error."),
  ScriptTriggeredRedirect: ofJob(
    "script_triggers_redirect",
    "A script of the job navigated to another page.",
  ),
  PictureTooLarge: ofJob(
    "resulting_image_too_large",
    "The picture exceeds a limit of the format or of the worker.",
  ),
  TransferLimitExceeded: ofJob(
    "network_error",
    "The page loaded more than the egress proxy allows for one job.",
  ),
  EgressUnavailable: ofStills(
    "internal_application_error",
    "The egress proxy could not be reached, was lost while the page loaded, had no capacity, or reached no name server.",
  ),
  BrowserFailed: ofStills(
    "internal_application_error",
    "The browser crashed or hung during the capture.",
  ),
  BrowserOutOfMemory: ofStills(
    "internal_application_error",
    "The page or its browser was ended because the memory for browsers was used up.",
  ),
  EncoderFailed: ofStills(
    "internal_application_error",
    "The process that scales and encodes pictures, or encodes an animation, ended, or did not start.",
  ),
  VideoEncoderMissing: ofInstallation(
    "internal_application_error",
    "The worker has no ffmpeg, which animations are encoded with.",
  ),
  WorkerCrashed: ofStills(
    "internal_application_error",
    "The worker crashed twice while capturing the page.",
  ),
  StorageUnavailable: ofStills(
    "storage_returned_transient_error",
    "The object store did not store the picture.",
  ),
  StorageDenied: ofInstallation("storage_access_denied", "The object store denied access."),
  StorageInvalid: ofJob(
    "invalid_storage_configuration",
    "The bucket of the operator is not set up.",
  ),
  BucketDenied: ofJob(
    "storage_access_denied",
    "Your own bucket refused the picture: the key is wrong, or may not put objects there.",
  ),
  BucketInvalid: ofJob(
    "invalid_storage_configuration",
    "Your own bucket cannot be used: bucket, endpoint, region, certificate or key do not fit, are missing, or are not allowed.",
  ),
  BucketUnavailable: ofJob(
    "storage_returned_transient_error",
    "The service of your own bucket did not answer, or failed, several times in a row. The picture was not captured again for it.",
  ),
  ContentNotFound: ofJob(
    "request_not_valid",
    "The content that the job refers to by its digest is not in the object store: never put there for this namespace, or expired.",
  ),
  JobTooLarge: ofJob(
    "request_not_valid",
    "The job is larger than a message to a worker may be, or content that it refers to is larger than is allowed.",
  ),
  PoolNotFound: ofJob("request_not_valid", "The BrowserPool named in `poolName` does not exist."),
  NamespaceNotAllowed: ofJob(
    "request_not_valid",
    "The pool does not accept jobs from this namespace.",
  ),
  SealInvalid: ofInstallation(
    "internal_application_error",
    "`sealed` was made for another job or spec, or for a key that the controller does not have.",
  ),
  RequestMalformed: ofInstallation(
    "internal_application_error",
    "A message between components of Stills was malformed.",
  ),
  InternalError: ofStills("internal_application_error", "An unexpected error occurred in Stills."),

  DeliveryPending: delivery("The receiver of the webhook has not answered with 2xx yet."),
  Delivered: delivery("The receiver of the webhook answered with 2xx."),
  ReceiverGone: delivery("The receiver of the webhook answered 410."),
  DeliveryExhausted: delivery("The receiver of the webhook failed until the last retry."),
  DeliveryTooLarge: delivery(
    `The picture is larger than a webhook may carry (${largestWebhookPictureText}), so no webhook was sent.`,
  ),
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

/** Whether another attempt follows, within `backoffLimit`. */
export function isRetried(reason: Reason): boolean {
  const { fault } = reasonEntry(reason);
  return fault === "Stills" || fault === "Network";
}

function progress(meaning: string): ReasonEntry {
  return { outcome: "Progress", meaning };
}

function success(meaning: string): ReasonEntry {
  return { outcome: "Success", meaning };
}

function ofJob(errorCode: TakeErrorCode, meaning: string): ReasonEntry {
  return { outcome: "Failure", fault: "Job", errorCode, meaning };
}

function ofInstallation(errorCode: TakeErrorCode, meaning: string): ReasonEntry {
  return { outcome: "Failure", fault: "Installation", errorCode, meaning };
}

function ofNetwork(errorCode: TakeErrorCode, meaning: string): ReasonEntry {
  return { outcome: "Failure", fault: "Network", errorCode, meaning };
}

function ofStills(errorCode: TakeErrorCode, meaning: string): ReasonEntry {
  return { outcome: "Failure", fault: "Stills", errorCode, meaning };
}

function delivery(meaning: string): ReasonEntry {
  return { outcome: "Delivery", meaning };
}
