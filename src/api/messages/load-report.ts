import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { version, wholeNumber } from "./message-fields.ts";

const loadReport = Type.Object({
  version,
  /** Jobs in the API server, finished ones included. */
  liveJobs: wholeNumber,
  maxLiveJobs: wholeNumber,
  /** How many jobs a namespace may have when there are `maxLiveJobs`; left out while that is far. */
  share: Type.Optional(wholeNumber),
  /** Of namespaces that have used up half of their share or more, by name. */
  namespaces: Type.Optional(
    Type.Record(Type.String(), Type.Object({ jobs: wholeNumber, finished: wholeNumber })),
  ),
  /** For how long the object store has not answered; left out while it answers. */
  storeAwaySeconds: Type.Optional(Type.Number()),
});

/** `stills.v1.load`, core NATS: the leading controller → gateways, every second. */
export type LoadReport = Static<typeof loadReport>;

/** @throws Failure(RequestMalformed) */
export const parseLoadReport = parserOf("load report", loadReport);
