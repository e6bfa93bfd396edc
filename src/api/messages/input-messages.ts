import Type, { type Static } from "typebox";
import { isReason, type Reason } from "../reasons/reasons.ts";
import { parserOf } from "../schema/parser.ts";
import { attemptFields } from "./attempt-identity.ts";
import { count, headers, nonEmptyText, sha256Hex, text } from "./message-fields.ts";

/**
 * Content too large for a job lies in the object store, by its digest and below its namespace. Neither workers nor gateways have a key
 * that writes there: both ask for a ticket.
 */

const readQuestion = Type.Object({
  kind: Type.Literal("Read"),
  ...attemptFields,
  /** The job has to refer to it. */
  sha256: sha256Hex,
});

const writeQuestion = Type.Object({
  kind: Type.Literal("Write"),
  namespace: nonEmptyText,
  sha256: sha256Hex,
  sizeBytes: count,
  /** HMAC by the gateway over the rest. */
  proof: nonEmptyText,
});

const inputQuestion = Type.Union([readQuestion, writeQuestion]);

/** `stills.v1.ask.input`: a worker that reads, or a gateway that writes → any controller replica. */
export type InputQuestion = Static<typeof inputQuestion>;

export type InputReadQuestion = Static<typeof readQuestion>;

export type InputWriteQuestion = Static<typeof writeQuestion>;

/** @throws Failure(RequestMalformed) */
export const parseInputQuestion = parserOf("input question", inputQuestion);

const inputTicket = Type.Object({
  kind: Type.Literal("Ticket"),
  method: Type.Enum(["GET", "PUT"]),
  url: text,
  headers,
  bucket: text,
});

/** A presigned request to the object store. */
export type InputTicket = Static<typeof inputTicket>;

export type InputAnswer =
  | InputTicket
  /** JobFinished: the attempt does not count any more. */
  | { kind: "Refused"; reason: Reason | "JobFinished"; message: string };

const parseAnswer = parserOf(
  "answer to an input question",
  Type.Union([
    inputTicket,
    Type.Object({ kind: Type.Literal("Refused"), reason: text, message: text }),
  ]),
);

/** A newer controller may refuse with a reason that this version does not know: it counts as InternalError. @throws Failure(RequestMalformed) */
export function parseInputAnswer(value: unknown): InputAnswer {
  const answer = parseAnswer(value);
  if (answer.kind === "Ticket") return answer;
  const { reason } = answer;
  return {
    ...answer,
    reason: reason === "JobFinished" || isReason(reason) ? reason : "InternalError",
  };
}
