import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { jobIdentity } from "./attempt-identity.ts";
import {
  count,
  headers,
  nonEmptyText,
  sha256Hex,
  text,
  version,
  wholeNumber,
} from "./message-fields.ts";

/**
 * Messages about webhooks. The job is the outbox: a delivery that is lost is published again while its condition `Notified` is
 * Unknown.
 */

/** The picture itself; the gateway reads it from the object store. */
const pictureBody = Type.Object({
  kind: Type.Literal("Picture"),
  mediaType: text,
  key: text,
  sha256: text,
  sizeBytes: count,
});

export type PictureBody = Static<typeof pictureBody>;

const deliveryBody = Type.Union([
  Type.Object({ kind: Type.Literal("Text"), mediaType: text, text }),
  pictureBody,
]);

export type DeliveryBody = Static<typeof deliveryBody>;

export function bodyBytesOf(body: DeliveryBody): number {
  return body.kind === "Picture" ? body.sizeBytes : Buffer.byteLength(body.text);
}

/** For the condition, when the stored picture is not, or no longer, that of the job. */
export const pictureGoneMessage = "The picture no longer exists in the object store";

/**
 * How long after the end of its job a webhook is delivered at the latest, also if it waited behind others and its horizon is not over: ten
 * minutes before a job with a time to live is deleted in any case.
 */
export const deliveryLifetimeSeconds = 86_400 - 600;

/**
 * Ack wait of deliveries: how long before one that is not acknowledged is redelivered, so how long a gateway that dies right after a
 * POST delays the webhook.
 */
export const deliveryAckWaitSeconds = 15;

/** Message id of a DeliveryRequest: one per publish, so that a repeated publish is recognised. */
export function deliveryMessageID(uid: string, dispatch: number): string {
  return `${uid}.delivery.${dispatch}`;
}

const deliveryFields = {
  job: jobIdentity,
  /** HMAC by the controller; repeated in questions and in the outcome. */
  deliveryToken: nonEmptyText,
};

const deliveryRequest = Type.Object({
  version,
  ...deliveryFields,
  /** `webhook-id`, the same for all tries. */
  webhookID: text,
  url: text,
  /** Proxy-Authorization of class `webhook`. */
  proxyToken: text,
  sign: Type.Boolean(),
  /** Besides the signatures and the content type. */
  headers,
  body: deliveryBody,
  /** When the job ended, epoch milliseconds: `deliveryLifetimeSeconds` count from here. */
  sinceMilliseconds: Type.Number(),
  /** How long after the first try the webhook is tried again. */
  horizonMilliseconds: Type.Number(),
});

/** `stills.v1.delivery.<uid>`: controller → gateways, on STILLS_DELIVERIES. */
export type DeliveryRequest = Static<typeof deliveryRequest>;

/** @throws Failure(RequestMalformed) */
export const parseDeliveryRequest = parserOf("delivery", deliveryRequest);

const deliveryResult = Type.Object({
  version,
  ...deliveryFields,
  delivery: Type.Enum(["Delivered", "ReceiverGone", "DeliveryExhausted"]),
  /** A sentence for the condition. */
  message: text,
  /** The controller has kept this outcome on STILLS_DELIVERIES. */
  isKept: Type.Optional(Type.Boolean()),
});

/**
 * `stills.v1.result.<uid>`: gateway → controller, on STILLS_RESULTS, beside the results of captures. And `stills.v1.delivery.<uid>`:
 * controller → gateways, in place of the delivery, when the API server refused to store the outcome. Gateways then report the outcome
 * from time to time, and send nothing.
 */
export type DeliveryResult = Static<typeof deliveryResult>;

export type DeliveryOutcome = DeliveryResult["delivery"];

/** Whether a message on STILLS_RESULTS is about a webhook. */
export function isDeliveryResult(value: unknown): boolean {
  return typeof value === "object" && value !== null && "delivery" in value;
}

/** @throws Failure(RequestMalformed) */
export const parseDeliveryResult = parserOf("delivery result", deliveryResult);

const signatureQuestion = Type.Object({
  ...deliveryFields,
  timestampSeconds: wholeNumber,
  /** Of the body that is about to be sent. The controller signs its own copy, and only if it has the same digest. */
  bodySHA256: sha256Hex,
});

/** `stills.v1.ask.signature`: gateway → any controller replica. */
export type SignatureQuestion = Static<typeof signatureQuestion>;

/** @throws Failure(RequestMalformed) */
export const parseSignatureQuestion = parserOf("signature question", signatureQuestion);

const signatureAnswer = Type.Union([
  /** `etag`: of the picture in the object store that was signed, so that the same bytes are sent. */
  Type.Object({ kind: Type.Literal("Signed"), headers, etag: Type.Optional(text) }),
  /** The delivery does not count any more: the job is gone, or its condition `Notified` is decided. Acknowledge. */
  Type.Object({ kind: Type.Literal("Settled") }),
  /** The job's final state makes another body now, since its settings changed. Acknowledge: a new delivery follows. */
  Type.Object({ kind: Type.Literal("Outdated") }),
  /** There is no key to sign with. The sentence is for the condition. `isFinal`: there will not be one either. */
  Type.Object({
    kind: Type.Literal("Unsignable"),
    message: text,
    isFinal: Type.Optional(Type.Boolean()),
  }),
]);

export type SignatureAnswer = Static<typeof signatureAnswer>;

/** @throws Failure(RequestMalformed) */
export const parseSignatureAnswer = parserOf("signature answer", signatureAnswer);
