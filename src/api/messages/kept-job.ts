import Type, { type Static } from "typebox";
import type { ScreenshotJob, ScreenshotJobSpec } from "../kinds/resource-types.ts";
import { version } from "./message-fields.ts";
import { messageVersion } from "./message-version.ts";

/** What is kept of a job in the object store, to answer calls when the job itself is gone. */
export const keptJob = Type.Object({
  version,
  /** The finished job, without the content it captured. */
  job: Type.Unsafe<ScreenshotJob>(Type.Object({ metadata: Type.Object({}) })),
  /** When it no longer counts, in epoch milliseconds. */
  expiresMilliseconds: Type.Number(),
});

export type KeptJob = Static<typeof keptJob>;

interface FinishedJob {
  metadata: ScreenshotJob["metadata"];
  spec: ScreenshotJobSpec;
  status?: object;
}

/** The bytes of a kept job: neither its content, which may be large, nor what is sealed. */
export function keptJobBytes(
  { metadata, spec, status }: FinishedJob,
  expiresMilliseconds: number,
): Buffer {
  const { html: _html, markdown: _markdown, scripts: _scripts, styles: _styles, ...rest } = spec;
  const { sealed: _sealed, ...kept } = rest;
  const job = { metadata, spec: kept, ...(status !== undefined && { status }) };
  const record: Omit<KeptJob, "job"> & { job: object } = {
    version: messageVersion,
    job,
    expiresMilliseconds,
  };
  return Buffer.from(JSON.stringify(record));
}
