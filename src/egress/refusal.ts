import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { Failure } from "../api/reasons/failure.ts";
import type { Reason } from "../api/reasons/reasons.ts";

/** The reasons of refusals, which are also the values of the metric label. */
export const refusalReasons = [
  "TargetNotAllowed",
  "TransferLimitExceeded",
  "NameNotResolved",
  "ConnectionFailed",
  "EgressUnavailable",
  "InternalError",
] as const satisfies readonly Reason[];

type RefusalReason = (typeof refusalReasons)[number];

/** Sent only in the response to CONNECT, which precedes every byte of an origin, so no origin can forge it. */
const reasonHeader = "X-Stills-Reason";

/** Why the proxy does not open a tunnel, as the client reads it. The message never contains a resolved address. */
export class Refusal extends Failure {
  override readonly reason: RefusalReason;
  readonly statusCode: number;

  constructor(
    reason: RefusalReason,
    options: { message: string; statusCode: number; cause?: unknown },
  ) {
    super(reason, options);
    this.name = "Refusal";
    this.reason = reason;
    this.statusCode = options.statusCode;
  }
}

export function targetNotAllowed(message: string): Refusal {
  return new Refusal("TargetNotAllowed", { message, statusCode: 403 });
}

export function transferLimitExceeded(message: string): Refusal {
  return new Refusal("TransferLimitExceeded", { message, statusCode: 403 });
}

export function nameNotResolved(message: string, cause: unknown): Refusal {
  return new Refusal("NameNotResolved", { message, statusCode: 502, cause });
}

export function connectionFailed(message: string, cause?: unknown): Refusal {
  return new Refusal("ConnectionFailed", { message, statusCode: 502, cause });
}

export function timedOut(message: string): Refusal {
  return new Refusal("ConnectionFailed", { message, statusCode: 504 });
}

/** The proxy is at its limit or shutting down; a retry may reach another replica. */
export function overloaded(message: string): Refusal {
  return new Refusal("EgressUnavailable", { message, statusCode: 503 });
}

/** No name server of the proxy can be reached, so it knows nothing about the name. */
export function nameServersAway(message: string, cause: unknown): Refusal {
  return new Refusal("EgressUnavailable", { message, statusCode: 502, cause });
}

/** The token is missing, forged or expired. InternalError, since the owner of the job cannot fix it. */
export function tokenInvalid(): Refusal {
  return new Refusal("InternalError", {
    message: "The egress proxy requires a valid token in Proxy-Authorization",
    statusCode: 407,
  });
}

/** The request is no CONNECT. */
export function connectRequired(): Refusal {
  return new Refusal("TargetNotAllowed", {
    message: "The egress proxy accepts only CONNECT; use CONNECT host:port for http URLs too",
    statusCode: 405,
  });
}

/** The thrown Refusal itself, or an InternalError with `thrown` as its cause. */
export function toRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  return new Refusal("InternalError", {
    message: "Internal error of the egress proxy; its log has the details",
    statusCode: 502,
    cause: thrown,
  });
}

/** How long a refused client may keep its side of the connection open. */
const lingerMilliseconds = 5_000;

/** Writes the whole response and closes the connection without reading the rest of the request. */
export function endWithRefusal(socket: Socket, refusal: Refusal): void {
  const { headers, body } = responseOf(refusal);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const { statusCode } = refusal;
  socket.end(
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? "Refused"}\r\n${lines.join("")}\r\n${body}`,
  );
  const limit = setTimeout(() => socket.destroy(), lingerMilliseconds);
  socket.once("close", () => clearTimeout(limit));
}

function responseOf(refusal: Refusal): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify({ reason: refusal.reason, message: refusal.message });
  return {
    headers: {
      "Content-Type": "application/json",
      "Content-Length": String(Buffer.byteLength(body)),
      "Cache-Control": "no-store",
      Connection: "close",
      [reasonHeader]: refusal.reason,
      ...(refusal.statusCode === 405 && { Allow: "CONNECT" }),
      ...(refusal.statusCode === 407 && { "Proxy-Authenticate": 'Bearer realm="stills-egress"' }),
      ...(refusal.statusCode === 503 && { "Retry-After": "1" }),
    },
    body,
  };
}
