import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { attemptFields } from "./attempt-identity.ts";
import { text } from "./message-fields.ts";

const plaintextQuestion = Type.Object({
  ...attemptFields,
  /** Public key of this one question, since other clients of NATS may see the answer. */
  replyKey: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$", allowed: "32 bytes as base64url" }),
});

/** `stills.v1.ask.plaintext`: worker → any controller replica, for the sealed fields of an attempt. */
export type PlaintextQuestion = Static<typeof plaintextQuestion>;

/** @throws Failure(RequestMalformed) */
export const parsePlaintextQuestion = parserOf("plaintext question", plaintextQuestion);

const plaintextAnswer = Type.Union([
  /** JSON of PageSecrets, sealed to `replyKey`. */
  Type.Object({ kind: Type.Literal("Sealed"), encapsulatedKey: text, ciphertext: text }),
  /** The attempt does not count any more. */
  Type.Object({ kind: Type.Literal("Finished") }),
]);

export type PlaintextAnswer = Static<typeof plaintextAnswer>;

/** @throws Failure(RequestMalformed) */
export const parsePlaintextAnswer = parserOf("answer to a plaintext question", plaintextAnswer);
