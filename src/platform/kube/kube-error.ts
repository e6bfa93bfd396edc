/**
 * An error of the API server, or the lack of an answer. Only this file reads HTTP status codes and `metav1.Status`; other code uses
 * the predicates.
 */
export class KubeError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** StatusReason of Kubernetes (`NotFound`, `Conflict` …), or `Timeout` and `Unreachable` when no answer came. */
  readonly reason: string;
  readonly retryAfterSeconds?: number;
  /** What the server's validation says about each field; empty for other errors. */
  readonly causes: readonly FieldCause[];

  constructor(options: KubeErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "KubeError";
    this.status = options.status;
    this.reason = options.reason;
    this.causes = options.causes ?? [];
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** One of the `causes` of a Status. */
interface FieldCause {
  /** The path of the field, such as `spec.url`; empty if the server names none. */
  field: string;
  message: string;
}

interface KubeErrorOptions {
  status: number;
  reason: string;
  message: string;
  retryAfterSeconds?: number;
  causes?: readonly FieldCause[];
  cause?: unknown;
}

/** There is no such object, or no such resource type. */
export function isNotFound(thrown: unknown): boolean {
  return statusOf(thrown) === 404;
}

/** The object has changed since it was read, or a precondition does not hold. Not an `AlreadyExists`. */
export function isConflict(thrown: unknown): boolean {
  return statusOf(thrown) === 409 && !isAlreadyExists(thrown);
}

/** An object of this name exists. */
export function isAlreadyExists(thrown: unknown): boolean {
  return thrown instanceof KubeError && thrown.reason === "AlreadyExists";
}

/** The server's validation refuses the object, and will refuse the same request again. */
export function isInvalid(thrown: unknown): boolean {
  return statusOf(thrown) === 422 || statusOf(thrown) === 400;
}

/** RBAC or admission refuses the request. */
export function isForbidden(thrown: unknown): boolean {
  return statusOf(thrown) === 403;
}

/** The credentials are not, or no longer, accepted. */
export function isUnauthorized(thrown: unknown): boolean {
  return statusOf(thrown) === 401;
}

/** The resourceVersion or the continue token is too old; only a new list helps. */
export function isExpired(thrown: unknown): boolean {
  return (
    statusOf(thrown) === 410 ||
    (thrown instanceof KubeError && (thrown.reason === "Expired" || thrown.reason === "Gone"))
  );
}

/** The server is too busy; it may have sent Retry-After. */
export function isThrottled(thrown: unknown): boolean {
  return statusOf(thrown) === 429 || statusOf(thrown) === 503;
}

/** The answer was longer than the caller allows. */
export function isTooLarge(thrown: unknown): boolean {
  return thrown instanceof KubeError && thrown.reason === "ResponseTooLarge";
}

/** The same request may succeed later: no answer, a timeout, too many requests, or a server error. */
export function isTransient(thrown: unknown): boolean {
  const status = statusOf(thrown);
  if (status === undefined) return false;
  return status === 0 || status === 429 || status >= 500;
}

/** The failure of an answer outside 2xx. The body is usually, not always, a `metav1.Status`. */
export function kubeErrorOfResponse(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  body: string,
): KubeError {
  const retryAfterSeconds = parseRetryAfter(headers["retry-after"]);
  const fields = statusFields(parseJSON(body));
  return new KubeError({
    status,
    reason: fields.reason ?? reasonOfStatus(status),
    message: fields.message ?? `the API server answered ${status}: ${body.slice(0, 200)}`,
    causes: fields.causes ?? [],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** The failure inside an `ERROR` event of a watch, which carries a `metav1.Status`. */
export function kubeErrorOfStatus(statusObject: unknown): KubeError {
  const fields = statusFields(statusObject);
  const status = fields.code ?? 500;
  return new KubeError({
    status,
    reason: fields.reason ?? reasonOfStatus(status),
    message: fields.message ?? "the watch ended with an error",
    ...(fields.retryAfterSeconds === undefined
      ? {}
      : { retryAfterSeconds: fields.retryAfterSeconds }),
  });
}

/** The failure when no complete answer came. */
export function kubeErrorOfSilence(cause: unknown, what: string): KubeError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new KubeError({
    status: 0,
    reason: "Unreachable",
    message: `${what}: no answer from the API server (${message})`,
    cause,
  });
}

/** The failure when the time limit of a request was reached. */
export function kubeErrorOfTimeout(timeoutMilliseconds: number, what: string): KubeError {
  return new KubeError({
    status: 0,
    reason: "Timeout",
    message: `${what}: no answer from the API server within ${timeoutMilliseconds} ms`,
  });
}

/** Whether an HTTP status is 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof KubeError ? thrown.status : undefined;
}

interface StatusFields {
  code?: number;
  reason?: string;
  message?: string;
  retryAfterSeconds?: number;
  causes?: FieldCause[];
}

function statusFields(value: unknown): StatusFields {
  if (typeof value !== "object" || value === null) return {};
  const { code, reason, message, details } = value as Record<string, unknown>;
  const fields: StatusFields = {};
  if (typeof code === "number") fields.code = code;
  if (typeof reason === "string" && reason !== "") fields.reason = reason;
  if (typeof message === "string" && message !== "") fields.message = message;
  return { ...fields, ...detailFields(details) };
}

function detailFields(details: unknown): Pick<StatusFields, "retryAfterSeconds" | "causes"> {
  if (typeof details !== "object" || details === null) return {};
  const { retryAfterSeconds: seconds, causes } = details as Record<string, unknown>;
  return {
    ...(typeof seconds === "number" && seconds > 0 && { retryAfterSeconds: seconds }),
    ...(Array.isArray(causes) && { causes: causes.flatMap(causeOf) }),
  };
}

function causeOf(value: unknown): FieldCause[] {
  if (typeof value !== "object" || value === null) return [];
  const { field, message } = value as Record<string, unknown>;
  if (typeof message !== "string") return [];
  return [{ field: typeof field === "string" ? field : "", message }];
}

function parseRetryAfter(header: string | string[] | undefined): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined || !/^\d{1,6}$/.test(text.trim())) return undefined;
  return Number(text);
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const reasonsOfStatus: Record<number, string> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  410: "Gone",
  413: "RequestEntityTooLarge",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

function reasonOfStatus(status: number): string {
  return reasonsOfStatus[status] ?? "Unknown";
}
