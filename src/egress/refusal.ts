import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { Failure } from "../api/reasons/failure.ts";
import type { Reason } from "../api/reasons/reasons.ts";

/** The reasons this proxy refuses with; the closed set of its metric label too. */
export const refusalReasons = [
  "TargetNotAllowed",
  "TransferLimitExceeded",
  "NameNotResolved",
  "ConnectionFailed",
  "InternalError",
] as const satisfies readonly Reason[];

export type RefusalReason = (typeof refusalReasons)[number];

/** Where the reason stands. Whatever comes through a tunnel comes behind the answer to CONNECT, so no origin can speak here. */
const reasonHeader = "X-Stills-Reason";

/** A tunnel the proxy does not open, as the client will read it. Never holds a resolved address. */
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

/** The proxy itself has no room, or is about to stop: the next attempt meets another replica or a calmer moment. */
export function noRoom(message: string): Refusal {
  return new Refusal("ConnectionFailed", { message, statusCode: 503 });
}

/** A token that is missing, forged or expired. The job's owner can do nothing about it, hence InternalError. */
export function tokenRefused(): Refusal {
  return new Refusal("InternalError", {
    message: "The egress proxy wants a valid token in Proxy-Authorization",
    statusCode: 407,
  });
}

/** A request that is no CONNECT. */
export function tunnelsOnly(): Refusal {
  return new Refusal("TargetNotAllowed", {
    message:
      "The egress proxy opens tunnels and carries no requests; use CONNECT host:port, for http too",
    statusCode: 405,
  });
}

/** The refusal itself, or an InternalError around whatever was thrown. */
export function toRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  return new Refusal("InternalError", {
    message: "Something unexpected happened inside the egress proxy; its logs have the details",
    statusCode: 502,
    cause: thrown,
  });
}

/** How long a client that was refused may keep its own side open. */
const lingerMilliseconds = 5_000;

/** Answers in one piece and closes, rather than read on through what nobody wants. */
export function endWithRefusal(socket: Socket, refusal: Refusal): void {
  const { headers, body } = answerOf(refusal);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const { statusCode } = refusal;
  socket.end(
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? "Refused"}\r\n${lines.join("")}\r\n${body}`,
  );
  const limit = setTimeout(() => socket.destroy(), lingerMilliseconds);
  socket.once("close", () => clearTimeout(limit));
}

function answerOf(refusal: Refusal): { headers: Record<string, string>; body: string } {
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
