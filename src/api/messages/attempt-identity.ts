import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { nonEmptyText, text } from "./message-fields.ts";

export const jobIdentity = Type.Object({
  namespace: nonEmptyText,
  name: nonEmptyText,
  uid: nonEmptyText,
});

export type JobIdentity = Static<typeof jobIdentity>;

export const attemptFields = {
  job: jobIdentity,
  /** From 1. */
  attempt: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  /** HMAC by the controller over uid and attempt; workers repeat it in results and questions. */
  attemptToken: text,
};

const attemptIdentity = Type.Object(attemptFields);

/** One attempt of one job, with the token that proves that the controller assigned it to the sender. */
export type AttemptIdentity = Static<typeof attemptIdentity>;

/** Reads the attempt that every question of a worker begins with. @throws Failure(RequestMalformed) */
export const parseAttempt = parserOf("question", attemptIdentity);
