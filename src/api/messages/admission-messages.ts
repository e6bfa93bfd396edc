import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { nonEmptyText, text, wholeNumber } from "./message-fields.ts";

const admissionQuestion = Type.Object({
  account: text,
  /** The job that is about to be created. A question about the same job counts once. */
  job: Type.Object({ namespace: nonEmptyText, name: nonEmptyText }),
  /** Limits of the account, as the gateway knows them. */
  limits: Type.Object({
    requestsPerMinute: Type.Optional(wholeNumber),
    requestsPerMonth: Type.Optional(wholeNumber),
    concurrentJobs: Type.Optional(wholeNumber),
  }),
});

/** `stills.v1.ask.admission`: gateway → the leading controller, before it creates a job of an account that has limits. */
export type AdmissionQuestion = Static<typeof admissionQuestion>;

/** @throws Failure(RequestMalformed) */
export const parseAdmissionQuestion = parserOf("admission question", admissionQuestion);

const refused = Type.Literal("Refused");

const admissionAnswer = Type.Union([
  /** The job counts against the limits, and does so for a few seconds even before it is created. */
  Type.Object({ kind: Type.Literal("Admitted") }),
  Type.Object({ kind: refused, limit: Type.Literal("ConcurrentJobs") }),
  Type.Object({
    kind: refused,
    limit: Type.Enum(["RequestsPerMinute", "RequestsPerMonth"]),
    /** Until the next minute or month begins; until jobs may have ended if it `mayPass`. */
    retryAfterSeconds: Type.Number(),
    /** The month is used up only if the jobs that have not ended become pictures. */
    mayPass: Type.Optional(Type.Literal(true)),
  }),
]);

export type AdmissionAnswer = Static<typeof admissionAnswer>;

/** @throws Failure(RequestMalformed) */
export const parseAdmissionAnswer = parserOf("admission answer", admissionAnswer);
