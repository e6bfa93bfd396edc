import Type, { type Static } from "typebox";
import { isWorkerProblem, type WorkerProblem } from "../reasons/worker-problems.ts";
import { parserOf } from "../schema/parser.ts";
import { text, version, wholeNumber } from "./message-fields.ts";

const announcement = Type.Object({
  version,
  worker: text,
  pool: text,
  state: Type.Enum(["Ready", "Draining", "Stopped", "Unready"]),
  slots: wholeNumber,
  /** Uids of the jobs that the worker works on now. */
  holding: Type.Array(text),
  /** Those of them whose pages are captured and whose pictures wait to be stored: they take no slot. */
  storing: Type.Optional(Type.Array(text)),
  sandbox: Type.Enum(["On", "Off"]),
  /** A sentence about why the worker is Unready. */
  message: Type.Optional(text),
});

/** `stills.v1.announce.<pool>.<worker>`, core NATS: on start, on change, every few seconds, and on a roll call. */
export type WorkerAnnouncement = Static<typeof announcement> & {
  /** Why the worker is Unready. */
  reason?: WorkerProblem;
};

const parse = parserOf(
  "announcement",
  Type.Object({ ...announcement.properties, reason: Type.Optional(Type.Unknown()) }),
);

/** A newer worker may announce a reason that this version does not know: it is dropped. @throws Failure(RequestMalformed) */
export function parseAnnouncement(value: unknown): WorkerAnnouncement {
  const { reason, ...known } = parse(value);
  return isWorkerProblem(reason) ? { ...known, reason } : known;
}
