import Type, { type Static } from "typebox";
import type { ScreenshotJob } from "../kinds/resource-types.ts";
import { parserOf } from "../schema/parser.ts";
import { version } from "./message-fields.ts";

/** How long an `Idempotency-Key` is remembered after its job is gone. */
export const rememberedSeconds = 24 * 3600;

const callRecord = Type.Object({
  version,
  /** The job as it was when it was deleted, without the content it captured. */
  job: Type.Unsafe<ScreenshotJob>(Type.Object({ metadata: Type.Object({}) })),
  /** Epoch milliseconds. */
  expiresMilliseconds: Type.Number(),
});

/**
 * What is left of a call with an `Idempotency-Key` when its job is gone: an object in the store, written by the controller that deletes the
 * job and read by gateways.
 */
export type CallRecord = Static<typeof callRecord>;

/** @throws Failure(RequestMalformed) */
export const parseCallRecord = parserOf("record of a call", callRecord);
