import Type, { type Static } from "typebox";
import { mostSlices } from "../options/slice-limits.ts";
import { isReason, type Reason } from "../reasons/reasons.ts";
import { malformed, parserOf } from "../schema/parser.ts";
import { attemptFields } from "./attempt-identity.ts";
import { count, headers, sha256Hex, text } from "./message-fields.ts";

const uploadQuestion = Type.Object({
  ...attemptFields,
  sizeBytes: count,
  sha256: sha256Hex,
  mediaType: text,
  /** Both, or neither for a document. */
  widthPixels: Type.Optional(count),
  heightPixels: Type.Optional(count),
  /** Of the content of a page: the key of its picture, which is stored already. */
  pictureKey: Type.Optional(text),
  /** The worker understands a ticket that does not overwrite, and the answer `Stored`. */
  writesOnce: Type.Optional(Type.Boolean()),
  /** The last ticket was refused (412): there is an object with this key, which may be this upload's own. */
  takenKey: Type.Optional(text),
  /** Of a slice of the picture: its number, from 0. */
  slice: Type.Optional(Type.Integer({ minimum: 0, maximum: mostSlices - 1 })),
});

/** `stills.v1.ask.upload`: worker → any controller replica. */
export type UploadQuestion = Static<typeof uploadQuestion>;

const parseFields = parserOf("upload question", uploadQuestion);

/** @throws Failure(RequestMalformed) */
export function parseUploadQuestion(value: unknown): UploadQuestion {
  const question = parseFields(value);
  if ((question.widthPixels === undefined) !== (question.heightPixels === undefined))
    throw malformed(
      "upload question",
      "widthPixels and heightPixels must be given together or not at all",
    );
  return question;
}

const uploadTicket = Type.Object({
  kind: Type.Literal("Ticket"),
  method: Type.Literal("PUT"),
  url: text,
  headers,
  bucket: text,
  key: text,
});

/** To a question with `takenKey`: the object there has these bytes. */
const stored = Type.Object({ kind: Type.Literal("Stored"), bucket: text, key: text });

export type UploadAnswer =
  | Static<typeof uploadTicket>
  | Static<typeof stored>
  /** JobFinished: the attempt does not count any more; the job is finished, cancelled or gone. */
  | { kind: "Refused"; reason: Reason | "JobFinished"; message: string };

const parseAnswer = parserOf(
  "answer to an upload question",
  Type.Union([
    uploadTicket,
    stored,
    Type.Object({ kind: Type.Literal("Refused"), reason: text, message: text }),
  ]),
);

/** A newer controller may refuse with a reason that this version does not know: it counts as InternalError. @throws Failure(RequestMalformed) */
export function parseUploadAnswer(value: unknown): UploadAnswer {
  const answer = parseAnswer(value);
  if (answer.kind !== "Refused") return answer;
  const { reason } = answer;
  return {
    ...answer,
    reason: reason === "JobFinished" || isReason(reason) ? reason : "InternalError",
  };
}
