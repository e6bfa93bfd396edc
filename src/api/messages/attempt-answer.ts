import Type, { type Static } from "typebox";
import { artifact } from "../kinds/artifact-schema.ts";
import { parserOf } from "../schema/parser.ts";
import { text } from "./message-fields.ts";

const attemptAnswer = Type.Union([
  /** Capture the page. */
  Type.Object({ kind: Type.Literal("Wanted") }),
  /** The picture of this attempt is stored already, and the controller has applied the result. Acknowledge the request. */
  Type.Object({ kind: Type.Literal("Applied") }),
  /** The picture of this attempt is stored; what is missing is the copy in the user's bucket. `url` is a presigned GET of the picture. */
  Type.Object({ kind: Type.Literal("Stored"), artifact, url: text }),
  /** The job is finished, cancelled or gone. Acknowledge the request. */
  Type.Object({ kind: Type.Literal("Finished") }),
]);

/**
 * `stills.v1.ask.attempt`: worker → any controller replica, when a request is delivered again. The question is an
 * AttemptIdentity.
 */
export type AttemptAnswer = Static<typeof attemptAnswer>;

/** @throws Failure(RequestMalformed) */
export const parseAttemptAnswer = parserOf("answer about an attempt", attemptAnswer);
