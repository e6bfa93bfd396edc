import type { Artifact } from "../kinds/resource-types.ts";
import type { CaptureSpec } from "../options/capture-spec.generated.ts";
import type { PageMetadata } from "./page-metadata.ts";
import type { Reason } from "../reasons/reasons.ts";
import { isReason } from "../reasons/reasons.ts";
import { Failure } from "../reasons/failure.ts";
import { isWorkerProblem } from "../reasons/worker-problems.ts";
import type { WorkerProblem } from "../reasons/worker-problems.ts";

/** What travels over NATS, as JSON. Parsers take `unknown` and throw a Failure(RequestMalformed). */

/** Raised when a message changes in a way an older reader cannot understand. */
export const messageVersion = 1;

export interface JobIdentity {
  namespace: string;
  name: string;
  uid: string;
}

/** One attempt of one job, with the proof that whoever holds it was given it. */
export interface AttemptIdentity {
  job: JobIdentity;
  /** From 1. */
  attempt: number;
  /** HMAC by the controller over uid and attempt; echoed in results and asks. */
  attemptToken: string;
}

/**
 * How long a request that a worker took and neither settled nor renewed stays away from the others: what a worker that is
 * killed costs its job in time.
 */
export const captureAckWaitSeconds = 30;

/** `stills.v1.capture.<pool>.<uid>`: controller → worker, on STILLS_CAPTURES. */
export interface CaptureRequest extends AttemptIdentity {
  version: number;
  /** Counts publishes of the same attempt; part of the message id only. */
  dispatch: number;
  pool: string;
  capture: CaptureSpec;
  /** Epoch milliseconds after which nobody wants the picture any more. */
  notAfterMilliseconds: number;
  /** Proxy-Authorization tokens of this attempt, one per traffic class. */
  proxyTokens: { page: string; store: string };
  /** The job has secrets, which the worker asks for when it begins. */
  hasSealedFields?: boolean;
  /** The gateway that waits for the bytes. */
  reply?: { gateway: string; token: string };
}

export interface StageTimings {
  [stage: string]: number;
}

export type CaptureOutcome =
  | {
      kind: "Captured";
      artifact: Artifact;
      /** What was asked for in `metadata`. */
      metadata?: PageMetadata;
      timingsMilliseconds: StageTimings;
      warnings: string[];
    }
  | { kind: "Failed"; reason: Reason; message: string }
  /** The worker drains and has not finished; does not count as an attempt. */
  | { kind: "Returned" };

/** `stills.v1.result.<uid>`: worker → controller, on STILLS_RESULTS. */
export interface CaptureResult extends AttemptIdentity {
  version: number;
  worker: string;
  pool: string;
  outcome: CaptureOutcome;
}

/** `stills.v1.announce.<pool>.<worker>`, core NATS: on start, on change, every few seconds, and on a roll call. */
export interface WorkerAnnouncement {
  version: number;
  worker: string;
  pool: string;
  state: "Ready" | "Draining" | "Stopped" | "Unready";
  slots: number;
  /** Uids of the jobs it holds now. */
  holding: string[];
  sandbox: "On" | "Off";
  /** Why it is Unready: a word of the catalogue, and a sentence. */
  reason?: WorkerProblem;
  message?: string;
}

/** `stills.v1.ask.upload`: worker → any controller replica. */
export interface UploadQuestion extends AttemptIdentity {
  sizeBytes: number;
  /** Lower-case hex. */
  sha256: string;
  mediaType: string;
  /** Both, or neither for a document. */
  widthPixels?: number;
  heightPixels?: number;
}

export type UploadAnswer =
  | {
      kind: "Ticket";
      method: "PUT";
      url: string;
      headers: Record<string, string>;
      bucket: string;
      key: string;
    }
  /** The attempt no longer counts: the job is finished, cancelled or gone. */
  | { kind: "Refused"; reason: Reason | "JobFinished"; message: string };

/** `stills.v1.ask.attempt`: worker → any controller replica, on a redelivery; the question is the AttemptIdentity. */
export type AttemptAnswer =
  /** Render it. */
  | { kind: "Wanted" }
  /** The object of this attempt is there; the controller has applied the result itself. Acknowledge. */
  | { kind: "Applied" }
  /** The job is finished, cancelled or gone. Acknowledge. */
  | { kind: "Finished" };

/** `stills.v1.ask.plaintext`: worker → any controller replica, for the sealed fields of an attempt. */
export interface PlaintextQuestion extends AttemptIdentity {
  /** base64url of a public key of this one question: others on NATS could listen to the answer. */
  replyKey: string;
}

export type PlaintextAnswer =
  /** JSON of PageSecrets, sealed to `replyKey`. */
  | { kind: "Sealed"; encapsulatedKey: string; ciphertext: string }
  /** The attempt no longer counts. */
  | { kind: "Finished" };

/** `stills.v1.verdict.<uid>`, core NATS: controller → gateways after every terminal write. */
export interface Verdict {
  job: JobIdentity;
  succeeded: boolean;
  reason: Reason;
}

export function parseCaptureRequest(value: unknown): CaptureRequest {
  const message = versioned(value, "capture request");
  attemptOf(message, "capture request");
  if (!isRecord(message["capture"]) || !isRecord(message["proxyTokens"]))
    throw malformed("capture request", "capture and proxyTokens must be objects");
  if (typeof message["notAfterMilliseconds"] !== "number")
    throw malformed("capture request", "notAfterMilliseconds must be a number");
  return message as unknown as CaptureRequest;
}

export function parseCaptureResult(value: unknown): CaptureResult {
  const message = versioned(value, "capture result");
  attemptOf(message, "capture result");
  const outcome = message["outcome"];
  if (!isRecord(outcome)) throw malformed("capture result", "outcome must be an object");
  checkOutcome(outcome);
  return message as unknown as CaptureResult;
}

export function parseAnnouncement(value: unknown): WorkerAnnouncement {
  const message = versioned(value, "announcement");
  for (const field of ["worker", "pool", "state"])
    if (typeof message[field] !== "string")
      throw malformed("announcement", `${field} must be a string`);
  if (!Number.isSafeInteger(message["slots"]) || !Array.isArray(message["holding"]))
    throw malformed("announcement", "slots must be an integer and holding a list");
  // A newer worker may know more reasons; what else it says still counts.
  const { reason, ...known } = message;
  const kept = isWorkerProblem(reason) ? { ...known, reason } : known;
  return kept as unknown as WorkerAnnouncement;
}

/** The attempt at the head of every question; the asker's own fields are checked by whoever answers. */
export function parseAttempt(value: unknown): AttemptIdentity {
  if (!isRecord(value)) throw malformed("question", "must be an object");
  return attemptOf(value, "question");
}

export function parseUploadQuestion(value: unknown): UploadQuestion {
  parseAttempt(value);
  const question = value as Record<string, unknown>;
  const sizes = ["widthPixels", "heightPixels"].filter((field) => question[field] !== undefined);
  if (sizes.length === 1) throw malformed("upload question", "one edge is missing");
  for (const field of ["sizeBytes", ...sizes])
    if (!isCount(question[field]))
      throw malformed("upload question", `${field} must be a whole number`);
  if (typeof question["sha256"] !== "string" || !/^[0-9a-f]{64}$/.test(question["sha256"]))
    throw malformed("upload question", "sha256 must be 64 hexadecimal digits");
  if (typeof question["mediaType"] !== "string")
    throw malformed("upload question", "mediaType must be a string");
  return question as unknown as UploadQuestion;
}

export function parsePlaintextQuestion(value: unknown): PlaintextQuestion {
  parseAttempt(value);
  const question = value as Record<string, unknown>;
  if (typeof question["replyKey"] !== "string" || !/^[\w-]{43}$/.test(question["replyKey"]))
    throw malformed("plaintext question", "replyKey must be 32 bytes as base64url");
  return question as unknown as PlaintextQuestion;
}

function checkOutcome(outcome: Record<string, unknown>): void {
  if (outcome["kind"] === "Returned") return;
  if (outcome["kind"] === "Captured") {
    if (!isRecord(outcome["artifact"]))
      throw malformed("capture result", "artifact must be an object");
    return;
  }
  const { kind, reason, message } = outcome;
  if (
    kind !== "Failed" ||
    typeof reason !== "string" ||
    !isReason(reason) ||
    typeof message !== "string"
  )
    throw malformed("capture result", "a failure needs a known reason and a message");
}

function versioned(value: unknown, what: string): Record<string, unknown> {
  if (!isRecord(value)) throw malformed(what, "must be an object");
  if (value["version"] !== messageVersion)
    throw malformed(what, `version ${String(value["version"])} is not ${messageVersion}`);
  return value;
}

function attemptOf(value: Record<string, unknown>, what: string): AttemptIdentity {
  const { job, attempt, attemptToken } = value;
  if (!isRecord(job)) throw malformed(what, "job must be an object");
  for (const field of ["namespace", "name", "uid"])
    if (typeof job[field] !== "string" || job[field] === "")
      throw malformed(what, `job.${field} must be a string`);
  if (!isCount(attempt) || attempt < 1)
    throw malformed(what, "attempt must be a whole number from 1");
  if (typeof attemptToken !== "string") throw malformed(what, "attemptToken must be a string");
  return value as unknown as AttemptIdentity;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function malformed(what: string, problem: string): Failure {
  return new Failure("RequestMalformed", { message: `The ${what} is not valid: ${problem}` });
}
