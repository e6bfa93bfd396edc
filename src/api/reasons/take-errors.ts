/**
 * The error catalogue of the ScreenshotOne-compatible API: every `error_code` of `/take`. Statuses and codes are the original's
 * (limits answer 400, not 429). Reasons map to these codes in `reasons.ts`. The gateway serves a page for each code at
 * `/docs/errors/<slug>`.
 */
export interface TakeErrorEntry {
  readonly status: 400 | 413 | 500 | 503;
  /** Last part of `documentation_url`. Some differ from the code, as in the original. */
  readonly slug: string;
  readonly meaning: string;
  /** What the caller can do. */
  readonly remedy: string;
}

export const takeErrorCatalogue = {
  access_key_required: {
    status: 400,
    slug: "access-key-required",
    meaning: "The request has no access key.",
    remedy: "Send `access_key` in the query or the JSON body, or the header `X-Access-Key`.",
  },
  access_key_invalid: {
    status: 400,
    slug: "access-key-invalid",
    meaning: "No account has this access key, or the account is suspended.",
    remedy: "Use the `accessKey` of the Secret that the Account's `credentialsSecretRef` names.",
  },
  signature_is_required: {
    status: 400,
    slug: "signature-is-required",
    meaning: "The account requires signed requests.",
    remedy:
      "Append `signature`: the HMAC-SHA256 of the query string with the secret key, in hexadecimal.",
  },
  signature_is_not_valid: {
    status: 400,
    slug: "signature-is-invalid",
    meaning: "The signature does not match the query string.",
    remedy:
      "Sign the query string exactly as it is sent, without `signature`. `signature` must come last and only once.",
  },
  screenshots_limit_reached: {
    status: 400,
    slug: "usage-quota-exceeded",
    meaning:
      "The account has as many pictures as it may take in a month, with its calls under way.",
    remedy: "Wait for the next month, or raise `limits.requestsPerMonth` of the Account.",
  },
  concurrency_limit_reached: {
    status: 400,
    slug: "concurrency-limit-reached",
    meaning: "The account has reached its limit of requests per minute or of concurrent jobs.",
    remedy:
      "Retry after the seconds in `Retry-After`, or raise `limits.requestsPerMinute` or `limits.concurrentJobs` of the Account.",
  },
  request_not_valid: {
    status: 400,
    slug: "request-invalid",
    meaning: "An option is missing, unknown, out of bounds, or in conflict with another.",
    remedy: "See `error_message`: it names the option and what is allowed.",
  },
  request_body_too_large: {
    status: 413,
    slug: "request-body-too-large",
    meaning: "The body is larger than the gateway accepts from this caller.",
    remedy:
      "Send the access key in the header `X-Access-Key` or in the query, since a key in the body counts up to 64 KiB; else send less, or serve the content at a `url`.",
  },
  invalid_cookie_parameter: {
    status: 400,
    slug: "invalid-cookie-parameter",
    meaning: "An entry of `cookies` is not valid.",
    remedy: "Write each like a Set-Cookie header: `name=value; Domain=example.com; Path=/`.",
  },
  invalid_header_parameter: {
    status: 400,
    slug: "invalid-header-parameter",
    meaning: "An entry of `headers` is not valid.",
    remedy: "Write each as `Name: value`.",
  },
  selector_not_found: {
    status: 400,
    slug: "selector-not-found",
    meaning:
      "No visible element matches a selector, and the option that makes this an error is on.",
    remedy: "Check the selector, wait for it with `wait_for_selector`, or turn the error off.",
  },
  script_triggers_redirect: {
    status: 400,
    slug: "script-triggers-redirect",
    meaning: "`scripts` navigated away, and `scripts_wait_until` does not say what to wait for.",
    remedy: "Set `scripts_wait_until`, or remove the navigation from the script.",
  },
  name_not_resolved: {
    status: 400,
    slug: "name-not-resolved",
    meaning: "The host name of `url` does not exist.",
    remedy: "Check the spelling and the DNS records.",
  },
  resulting_image_too_large: {
    status: 400,
    slug: "resulting-image-too-large",
    meaning: "The picture exceeds a limit of its format or of the worker.",
    remedy: "Use another format, a smaller viewport or scale, or `full_page_max_height`.",
  },
  storage_access_denied: {
    status: 400,
    slug: "storage-access-denied",
    meaning: "The bucket refused the picture: the key is wrong, or may not put objects there.",
    remedy: "Grant the key `PutObject` on the bucket.",
  },
  invalid_storage_configuration: {
    status: 400,
    slug: "invalid-storage-configuration",
    meaning:
      "Bucket, endpoint, region or keys do not fit together, are missing, or are not allowed.",
    remedy:
      "Check `storage_bucket` and `storage_endpoint`, which must begin with https; another bucket than the account's needs its own keys.",
  },
  storage_returned_transient_error: {
    status: 400,
    slug: "storage-returned-transient-error",
    meaning: "The service of the bucket failed, or did not answer, several times in a row.",
    remedy: "Retry later.",
  },
  host_returned_error: {
    status: 500,
    slug: "host-returned-error",
    meaning: "The target host answered with a status outside 200 to 299.",
    remedy: "Check the page, or set `ignore_host_errors=true` to capture it anyway.",
  },
  network_error: {
    status: 500,
    slug: "network-error",
    meaning: "The target host could not be reached, or the connection was lost.",
    remedy: "Check that the target host is up and reachable from the Internet, then retry.",
  },
  timeout_error: {
    status: 500,
    slug: "timeout",
    meaning: "The page, a selector or the whole request took too long.",
    remedy: "Raise `timeout`, wait for less with `wait_until`, or use `async=true`.",
  },
  content_contains_specified_string: {
    status: 500,
    slug: "content-contains-specified-string",
    meaning: "The page contains a text of `fail_if_content_contains`.",
    remedy: "Check the page. Nothing was stored.",
  },
  content_missing_specified_string: {
    status: 500,
    slug: "content-missing-specified-string",
    meaning: "The page lacks a text of `fail_if_content_missing`.",
    remedy: "Check the page. Nothing was stored.",
  },
  matched_failed_request: {
    status: 500,
    slug: "matched-failed-request",
    meaning: "A request of the page that matches `fail_if_request_failed` failed.",
    remedy: "Check the resource that `error_message` names.",
  },
  request_aborted: {
    status: 500,
    slug: "request-aborted",
    meaning: "The request was cancelled, or the caller closed the connection.",
    remedy: "Retry if you still need the picture.",
  },
  internal_application_error: {
    status: 500,
    slug: "internal-application-error",
    meaning: "Something failed inside Stills.",
    remedy: "Retry. The job's condition and the logs have the reason.",
  },
  temporary_unavailable: {
    status: 503,
    slug: "temporary-unavailable",
    meaning: "Stills has no capacity at the moment.",
    remedy: "Retry after the seconds in `Retry-After`.",
  },
} as const satisfies Record<string, TakeErrorEntry>;

/** An `error_code` of `/take`. */
export type TakeErrorCode = keyof typeof takeErrorCatalogue;

/** Path of the page that explains a code, under the gateway's own URL. */
export function documentationPathOf(code: TakeErrorCode): string {
  return `/docs/errors/${takeErrorCatalogue[code].slug}`;
}
