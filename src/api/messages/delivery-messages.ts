import { Failure } from "../reasons/failure.ts";
import { messageVersion, type JobIdentity } from "./capture-messages.ts";

/** Messages about webhooks. The CR is the outbox: a delivery that is lost is published again while `Notified` is Unknown. */

export type DeliveryBody =
  | { kind: "Text"; mediaType: string; text: string }
  /** The picture itself, read from the store by whoever sends it. */
  | { kind: "Picture"; mediaType: string; key: string; sha256: string; sizeBytes: number };

/**
 * How long a delivery that a gateway took and neither settled nor renewed stays away from the others: what a gateway that dies
 * right after a POST costs its receiver in time.
 */
export const deliveryAckWaitSeconds = 15;

/** Of a DeliveryRequest: one per publish, so that a repeated publish is recognised. */
export function deliveryMessageID(uid: string, dispatch: number): string {
  return `${uid}.delivery.${dispatch}`;
}

/** `stills.v1.delivery.<uid>`: controller → gateways, on STILLS_DELIVERIES. */
export interface DeliveryRequest {
  version: number;
  job: JobIdentity;
  /** HMAC by the controller; echoed in questions and in the outcome. */
  deliveryToken: string;
  /** `webhook-id`, the same for all tries. */
  webhookID: string;
  url: string;
  /** Proxy-Authorization of class `webhook`. */
  proxyToken: string;
  sign: boolean;
  /** Besides the signatures and the content type. */
  headers: Record<string, string>;
  body: DeliveryBody;
  /** When the job ended, epoch milliseconds: tries and the horizon count from here. */
  sinceMilliseconds: number;
  horizonMilliseconds: number;
}

/** `stills.v1.ask.signature`: gateway → any controller replica. */
export interface SignatureQuestion {
  job: JobIdentity;
  deliveryToken: string;
  timestampSeconds: number;
  /** Lower-case hex of the body that is about to be sent; the controller signs its own copy, and only if it is the same. */
  bodySHA256: string;
}

export type SignatureAnswer =
  | { kind: "Signed"; headers: Record<string, string> }
  /** The delivery no longer counts: the job is gone, or what became of its webhook is written. Acknowledge. */
  | { kind: "Settled" }
  /** The job's final state makes another body now (its settings changed). Acknowledge: a new delivery follows. */
  | { kind: "Outdated" }
  /** There is no key to sign with. The sentence is for the condition. */
  | { kind: "Unsignable"; message: string };

export type DeliveryOutcome = "Delivered" | "ReceiverGone" | "DeliveryExhausted";

/** `stills.v1.result.<uid>`: gateway → controller, on STILLS_RESULTS, beside the results of captures. */
export interface DeliveryResult {
  version: number;
  job: JobIdentity;
  deliveryToken: string;
  delivery: DeliveryOutcome;
  /** A sentence for the condition. */
  message: string;
}

/** Whether a message on STILLS_RESULTS is about a webhook. */
export function isDeliveryResult(value: unknown): boolean {
  return typeof value === "object" && value !== null && "delivery" in value;
}

export function parseDeliveryRequest(value: unknown): DeliveryRequest {
  const message = checked(value, "delivery");
  for (const field of ["webhookID", "url", "proxyToken"])
    if (typeof message[field] !== "string")
      throw malformed("delivery", `${field} must be a string`);
  for (const field of ["sinceMilliseconds", "horizonMilliseconds"])
    if (typeof message[field] !== "number")
      throw malformed("delivery", `${field} must be a number`);
  if (typeof message["body"] !== "object" || typeof message["headers"] !== "object")
    throw malformed("delivery", "body and headers must be objects");
  return message as unknown as DeliveryRequest;
}

const outcomes: readonly unknown[] = ["Delivered", "ReceiverGone", "DeliveryExhausted"];

export function parseDeliveryResult(value: unknown): DeliveryResult {
  const message = checked(value, "delivery result");
  if (!outcomes.includes(message["delivery"]) || typeof message["message"] !== "string")
    throw malformed("delivery result", "it needs an outcome and a message");
  return message as unknown as DeliveryResult;
}

export function parseSignatureQuestion(value: unknown): SignatureQuestion {
  const question = checked({ version: messageVersion, ...(value as object) }, "signature question");
  if (!Number.isSafeInteger(question["timestampSeconds"]))
    throw malformed("signature question", "timestampSeconds must be a whole number");
  if (!/^[0-9a-f]{64}$/.test(String(question["bodySHA256"])))
    throw malformed("signature question", "bodySHA256 must be 64 hexadecimal digits");
  return question as unknown as SignatureQuestion;
}

const signatureAnswers: readonly unknown[] = ["Signed", "Settled", "Outdated", "Unsignable"];

export function parseSignatureAnswer(value: unknown): SignatureAnswer {
  const answer = value as Record<string, unknown> | null;
  if (typeof answer !== "object" || answer === null || !signatureAnswers.includes(answer["kind"]))
    throw malformed("signature answer", "its kind is not known");
  const { kind, headers, message } = answer;
  if (kind === "Signed" && (typeof headers !== "object" || headers === null))
    throw malformed("signature answer", "headers must be an object");
  if (kind === "Unsignable" && typeof message !== "string")
    throw malformed("signature answer", "message must be a string");
  return answer as unknown as SignatureAnswer;
}

function checked(value: unknown, what: string): Record<string, unknown> {
  const message = value as Record<string, unknown> | null;
  if (typeof message !== "object" || message === null) throw malformed(what, "must be an object");
  if (message["version"] !== messageVersion)
    throw malformed(what, `version ${String(message["version"])} is not ${messageVersion}`);
  const job = message["job"] as Partial<Record<keyof JobIdentity, unknown>> | null;
  for (const part of [job?.namespace, job?.name, job?.uid, message["deliveryToken"]])
    if (typeof part !== "string" || part === "")
      throw malformed(what, "job and deliveryToken must be given");
  return message;
}

function malformed(what: string, problem: string): Failure {
  return new Failure("RequestMalformed", { message: `The ${what} is not valid: ${problem}` });
}
