import { parserOf } from "../schema/parser.ts";
import { keptJob } from "./kept-job.ts";

/** How long an `Idempotency-Key` is remembered after its job is gone. */
export const rememberedSeconds = 24 * 3600;

/**
 * Reads what is left of a call with an `Idempotency-Key` when its job is gone: an object in the store, written by the controller that
 * deletes the job and read by gateways.
 * @throws Failure(RequestMalformed)
 */
export const parseCallRecord = parserOf("record of a call", keptJob);
