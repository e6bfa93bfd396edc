import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { version, wholeNumber } from "./message-fields.ts";

const loadReport = Type.Object({
  version,
  /** Jobs in the API server, finished ones included. */
  liveJobs: wholeNumber,
  maxLiveJobs: wholeNumber,
  /** For how long the object store has not answered; left out while it answers. */
  storeAwaySeconds: Type.Optional(Type.Number()),
});

/** `stills.v1.load`, core NATS: the leading controller → gateways, every second. */
export type LoadReport = Static<typeof loadReport>;

/** @throws Failure(RequestMalformed) */
export const parseLoadReport = parserOf("load report", loadReport);
