import { refusedHeader } from "../api/proxy-headers.ts";
import { isReason } from "../api/reasons.ts";
import type { Reason } from "../api/reasons.ts";

/** What the egress proxy said when it refused a target. */
export interface EgressRefusal {
  reason: Reason;
  message: string;
}

export const egressUnreachable: EgressRefusal = {
  reason: "InternalError",
  message: "The egress proxy of Stills could not be reached",
};

/** Where the first digit of the status stands. */
const statusAt = "HTTP/1.1 ".length;
const longestHeadBytes = 4_096;
const longestMessage = 500;
const smallestAnswer = "HTTP/1.1 200".length;

/**
 * The refusal with which this chunk of an answer begins, if it is one. Only what carries the mark comes from the egress proxy
 * itself. It writes a refusal in one piece and answers one request after the other, so a refusal begins a chunk.
 */
export function refusalIn(
  chunk: Buffer,
  mark: string,
): { target: string; refusal: EgressRefusal } | undefined {
  if (!isErrorAnswer(chunk)) return undefined;
  const [head = "", body = ""] = chunk.toString("utf8", 0, longestHeadBytes).split("\r\n\r\n", 2);
  const start = head.indexOf(`\r\n${refusedHeader}: ${mark} `);
  if (start < 0) return undefined;
  const [, , reason = "", target = ""] = (head.slice(start + 2).split("\r\n", 1)[0] ?? "").split(
    " ",
  );
  if (!isReason(reason)) return undefined;
  return { target, refusal: { reason, message: messageIn(body) ?? sentenceOf(reason, target) } };
}

/** Every chunk of every part comes by here, so that one byte has to do for most. */
function isErrorAnswer(chunk: Buffer): boolean {
  const firstDigit = chunk[statusAt];
  if (firstDigit !== 0x34 && firstDigit !== 0x35) return false;
  return chunk.length >= smallestAnswer && /^HTTP\/1\.1 [45]/.test(chunk.toString("latin1", 0, 12));
}

export function isConnectProblem(thrown: Error): boolean {
  const { code, syscall } = thrown as NodeJS.ErrnoException;
  return syscall === "connect" || syscall === "getaddrinfo" || code === "ETIMEDOUT";
}

/** The message of a refusal's JSON body. */
export function messageIn(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message.slice(0, longestMessage) : undefined;
  } catch {
    return undefined;
  }
}

/** For a refusal whose message did not come with it. */
export function sentenceOf(reason: Reason, target: string): string {
  if (reason === "TargetNotAllowed")
    return `${target} may not be visited: its address is not public, or browsers block its port; an operator can allow an address with STILLS_EGRESS_ALLOW_CIDRS`;
  if (reason === "NameNotResolved")
    return `The host name of ${target} does not exist; check its spelling`;
  if (reason === "TransferLimitExceeded") return "The page loaded more than one job may load";
  return `No connection to ${target}; check the port and that the server is up`;
}
