import { parserOf } from "../schema/parser.ts";
import { keptJob } from "./kept-job.ts";

/**
 * Reads what answers equal calls of `/take`: an object in the store, written by the controller that finishes the job and read by
 * gateways.
 * @throws Failure(RequestMalformed)
 */
export const parseCacheEntry = parserOf("entry of the cache", keptJob);
