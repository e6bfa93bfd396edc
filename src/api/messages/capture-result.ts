import Type, { type Static } from "typebox";
import { reasons } from "../reasons/reasons.ts";
import { parserOf } from "../schema/parser.ts";
import { artifact } from "../kinds/artifact-schema.ts";
import { returnedStatusCode } from "../kinds/returned-status-code.ts";
import { attemptFields } from "./attempt-identity.ts";
import { text, version } from "./message-fields.ts";
import type { PageMetadata } from "./page-metadata.ts";

/** Milliseconds by stage. */
const stageTimings = Type.Record(Type.String(), Type.Number());

export type StageTimings = Static<typeof stageTimings>;

const captureOutcome = Type.Union([
  Type.Object({
    kind: Type.Literal("Captured"),
    artifact,
    /** The picture is in the bucket that the job names, too. */
    isCopied: Type.Optional(Type.Boolean()),
    /** What `spec.metadata` asks for. The page decides most of it, so `boundedMetadata` checks each field and drops what is wrong. */
    metadata: Type.Optional(Type.Unsafe<PageMetadata>(Type.Unknown())),
    timingsMilliseconds: stageTimings,
    warnings: Type.Array(text),
  }),
  Type.Object({
    kind: Type.Literal("Failed"),
    reason: Type.Enum(reasons),
    message: text,
    returnedStatusCode: Type.Optional(returnedStatusCode),
  }),
  /** The worker drains and has not finished. Does not count as an attempt. */
  Type.Object({ kind: Type.Literal("Returned") }),
]);

export type CaptureOutcome = Static<typeof captureOutcome>;

const captureResult = Type.Object({
  version,
  ...attemptFields,
  worker: text,
  pool: text,
  outcome: captureOutcome,
});

/** `stills.v1.result.<uid>`: worker → controller, on STILLS_RESULTS. */
export type CaptureResult = Static<typeof captureResult>;

/** @throws Failure(RequestMalformed) */
export const parseCaptureResult = parserOf("capture result", captureResult);
