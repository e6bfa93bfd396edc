import Type, { type Static } from "typebox";
import type { CaptureSpec } from "../options/capture-spec.generated.ts";
import { parserOf } from "../schema/parser.ts";
import { attemptFields } from "./attempt-identity.ts";
import { count, text, version } from "./message-fields.ts";

/** Ack wait of capture requests: how long before one that is not acknowledged is redelivered, so how long a killed worker delays its job. */
export const captureAckWaitSeconds = 30;

const captureFields = {
  version,
  ...attemptFields,
  /** Counts publishes of the same attempt; part of the message id only. */
  dispatch: count,
  pool: text,
  /** The API server has checked it against the CRD. A newer controller may send fields that this worker does not know. */
  capture: Type.Unsafe<CaptureSpec>(Type.Object({})),
  /**
   * How long after it was stored on the stream the picture is wanted. A duration, since the clocks of controller and worker may differ.
   * A controller of an earlier version sends none.
   */
  budgetMilliseconds: Type.Optional(Type.Number()),
  /** The same as a time of the controller's clock, epoch milliseconds: for workers of earlier versions, which require it. */
  notAfterMilliseconds: Type.Number(),
  /** Proxy-Authorization tokens of this attempt, one per traffic class. */
  proxyTokens: Type.Object({ page: text, store: text }),
  /** `Account.spec.targets` of the account that the job counts for. */
  targets: Type.Optional(
    Type.Object({
      allow: Type.Optional(Type.Array(text)),
      deny: Type.Optional(Type.Array(text)),
    }),
  ),
  /** The job has secrets, which the worker asks for when it begins. */
  hasSealedFields: Type.Optional(Type.Boolean()),
  /** The picture also goes to a bucket of the user's, for which the worker asks a ticket. */
  hasOwnBucket: Type.Optional(Type.Boolean()),
  /** The gateway that waits for the bytes. */
  reply: Type.Optional(Type.Object({ gateway: text, token: text })),
};

const companion = Type.Object(captureFields);

const captureRequest = Type.Object({
  ...captureFields,
  /**
   * Requests of other jobs of the same account, whose pictures may be taken of the page that this one loads, in this order. They have no
   * messages of their own: this one is acknowledged when each of them has its result. A worker of an earlier version ignores them.
   */
  companions: Type.Optional(Type.Array(companion)),
});

/** `stills.v1.capture.<pool>.<uid>`: controller → worker, on STILLS_CAPTURES. */
export type CaptureRequest = Static<typeof captureRequest>;

/** @throws Failure(RequestMalformed) */
export const parseCaptureRequest = parserOf("capture request", captureRequest);
