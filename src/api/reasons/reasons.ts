/**
 * The one catalogue of reasons. The same word is used in conditions, Events, logs, metric labels, webhooks and (by way of
 * `errorCode`) in the answers of `/take`.
 *
 * - `outcome`: which status of which condition the reason belongs to.
 * - `retry`: whether another attempt can help. `backoff` counts against `backoffLimit`.
 * - `fault`: who can do something about it; decides the HTTP status class of the gateway.
 * - `errorCode`: the `error_code` of the ScreenshotOne-compatible API.
 */
export interface ReasonEntry {
  readonly outcome: "Progress" | "Success" | "Failure" | "Delivery";
  readonly retry: "never" | "backoff";
  readonly errorCode?: string;
  readonly meaning: string;
}

const progress = { outcome: "Progress", retry: "never" } as const;
const failure = { outcome: "Failure", retry: "never" } as const;
const transient = { outcome: "Failure", retry: "backoff" } as const;
const delivery = { outcome: "Delivery", retry: "never" } as const;

export const reasonCatalogue = {
  Queued: { ...progress, meaning: "The job waits for a free browser slot of its pool." },
  Capturing: { ...progress, meaning: "The capture was handed to the workers of the pool." },
  BackingOff: { ...progress, meaning: "An attempt failed; the next one follows after a pause." },
  Suspended: { ...progress, meaning: "`suspend` is true; the job waits until it is set to false." },

  Captured: { outcome: "Success", retry: "never", meaning: "The picture is stored." },

  Cancelled: { ...failure, errorCode: "request_aborted", meaning: "`cancel` was set to true." },
  DeadlineExceeded: {
    ...failure,
    errorCode: "timeout_error",
    meaning: "The job did not end within `activeDeadlineSeconds`.",
  },
  StartDeadlineExceeded: {
    ...failure,
    errorCode: "temporary_unavailable",
    meaning: "No worker took the job within `startDeadlineSeconds`.",
  },
  CaptureTimedOut: {
    ...transient,
    errorCode: "timeout_error",
    meaning: "One attempt took longer than `captureTimeoutSeconds`.",
  },
  NavigationTimedOut: {
    ...transient,
    errorCode: "timeout_error",
    meaning: "The page did not load within `navigationTimeoutSeconds`.",
  },
  WaitTimedOut: {
    ...failure,
    errorCode: "timeout_error",
    meaning: "The selector of `wait.selector` did not appear in time.",
  },
  NameNotResolved: {
    ...failure,
    errorCode: "name_not_resolved",
    meaning: "The host name of the page does not exist.",
  },
  ConnectionFailed: {
    ...transient,
    errorCode: "network_error",
    meaning: "No connection to the page's host, or it broke off.",
  },
  ProxyRefused: {
    ...failure,
    errorCode: "network_error",
    meaning:
      "The proxy that the caller gave does not take the user name, the password or the page's host.",
  },
  CertificateInvalid: {
    ...failure,
    errorCode: "network_error",
    meaning: "The TLS certificate of the page's host is not valid.",
  },
  HostReturnedError: {
    ...failure,
    errorCode: "host_returned_error",
    meaning: "The page's host answered with a status outside 200 to 299.",
  },
  TargetNotAllowed: {
    ...failure,
    errorCode: "request_not_valid",
    meaning: "The address of the page may not be visited.",
  },
  TargetNotAPage: {
    ...failure,
    errorCode: "network_error",
    meaning: "The address leads to a download or to no content.",
  },
  SelectorNotFound: {
    ...failure,
    errorCode: "selector_not_found",
    meaning:
      "The selector of `element`, `click`, `hover` or `scrollIntoView` matches nothing visible.",
  },
  SelectorInvalid: {
    ...failure,
    errorCode: "request_not_valid",
    meaning: "A selector is not valid CSS.",
  },
  OptionInvalid: {
    ...failure,
    errorCode: "request_not_valid",
    meaning: "The browser does not know the value of an option, such as a time zone.",
  },
  ContentContainsText: {
    ...failure,
    errorCode: "content_contains_specified_string",
    meaning: "The page contains a text of `failIf.contentContains`.",
  },
  ContentMissesText: {
    ...failure,
    errorCode: "content_missing_specified_string",
    meaning: "The page lacks a text of `failIf.contentMissing`.",
  },
  PageRequestFailed: {
    ...failure,
    errorCode: "matched_failed_request",
    meaning: "The page did not get an address of `failIf.requestFailed`.",
  },
  ScriptFailed: {
    ...failure,
    errorCode: "request_not_valid",
    meaning: "A script of the job threw an error.",
  },
  ScriptTriggeredRedirect: {
    ...failure,
    errorCode: "script_triggers_redirect",
    meaning: "A script of the job navigated the page away.",
  },
  PictureTooLarge: {
    ...failure,
    errorCode: "resulting_image_too_large",
    meaning: "The picture exceeds a limit of the format or of the worker.",
  },
  TransferLimitExceeded: {
    ...failure,
    errorCode: "network_error",
    meaning: "The page loaded more than the egress proxy lets one job load.",
  },
  BrowserFailed: {
    ...transient,
    errorCode: "internal_application_error",
    meaning: "The browser crashed or hung during the capture.",
  },
  WorkerCrashed: {
    ...transient,
    errorCode: "internal_application_error",
    meaning: "The worker died twice while it captured this page.",
  },
  StorageUnavailable: {
    ...transient,
    errorCode: "storage_returned_transient_error",
    meaning: "The object store did not take the picture.",
  },
  StorageDenied: {
    ...failure,
    errorCode: "storage_access_denied",
    meaning: "The object store refused the picture.",
  },
  StorageInvalid: {
    ...failure,
    errorCode: "invalid_storage_configuration",
    meaning: "`storage` asks for what is not set up or not allowed.",
  },
  PoolNotFound: {
    ...failure,
    errorCode: "request_not_valid",
    meaning: "There is no BrowserPool of the name in `poolName`.",
  },
  NamespaceNotAllowed: {
    ...failure,
    errorCode: "request_not_valid",
    meaning: "The pool does not accept jobs of this namespace.",
  },
  SealInvalid: {
    ...failure,
    errorCode: "internal_application_error",
    meaning:
      "`sealed` was made for another job or spec, or for a key the controller does not have.",
  },
  RequestMalformed: {
    ...failure,
    errorCode: "internal_application_error",
    meaning: "A message between parts of Stills was not understood.",
  },
  InternalError: {
    ...transient,
    errorCode: "internal_application_error",
    meaning: "Something unexpected happened inside Stills.",
  },

  DeliveryPending: { ...delivery, meaning: "The webhook was not answered with 2xx yet." },
  Delivered: { ...delivery, meaning: "The webhook's receiver answered with 2xx." },
  ReceiverGone: { ...delivery, meaning: "The webhook's receiver answered 410." },
  DeliveryExhausted: { ...delivery, meaning: "The webhook's receiver failed until the horizon." },
} as const satisfies Record<string, ReasonEntry>;

/** A word of the catalogue. */
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
