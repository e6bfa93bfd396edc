import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { attemptFields } from "./attempt-identity.ts";
import { count, headers, sha256Hex, text } from "./message-fields.ts";

const copyQuestion = Type.Object({
  ...attemptFields,
  /** Of the stored picture. */
  sha256: sha256Hex,
  sizeBytes: count,
  mediaType: text,
  /** Public key of this one question: the ticket is a right in somebody else's bucket, and other clients of NATS may see the answer. */
  replyKey: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$", allowed: "32 bytes as base64url" }),
});

/** `stills.v1.ask.copy`: worker → any controller replica, to put the picture into the user's own bucket. */
export type CopyQuestion = Static<typeof copyQuestion>;

/** @throws Failure(RequestMalformed) */
export const parseCopyQuestion = parserOf("copy question", copyQuestion);

const copyAnswer = Type.Union([
  /** JSON of CopyTicket, sealed to `replyKey`. */
  Type.Object({ kind: Type.Literal("Sealed"), encapsulatedKey: text, ciphertext: text }),
  /** The attempt does not count any more. */
  Type.Object({ kind: Type.Literal("Finished") }),
]);

export type CopyAnswer = Static<typeof copyAnswer>;

/** @throws Failure(RequestMalformed) */
export const parseCopyAnswer = parserOf("answer to a copy question", copyAnswer);

const copyTicket = Type.Object({
  method: Type.Literal("PUT"),
  url: text,
  /** With the signature, over exactly the bytes of the question. */
  headers,
  bucket: text,
  /** For the egress proxy. */
  proxyToken: text,
});

/** One signed request to the user's bucket. */
export type CopyTicket = Static<typeof copyTicket>;

/** @throws Failure(RequestMalformed), whose message holds no value */
export const parseCopyTicket = parserOf("copy ticket", copyTicket);
