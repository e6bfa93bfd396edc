import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { jobIdentity } from "./attempt-identity.ts";
import { text } from "./message-fields.ts";

const verdict = Type.Object({
  job: jobIdentity,
  succeeded: Type.Boolean(),
  /** A word of the catalogue of reasons; a newer controller may send one that this version does not know. */
  reason: text,
});

/** `stills.v1.verdict.<uid>`, core NATS: controller → gateways after a job has ended. */
export type Verdict = Static<typeof verdict>;

/** @throws Failure(RequestMalformed) */
export const parseVerdict = parserOf("verdict", verdict);
