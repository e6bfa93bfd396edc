import type { Artifact, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { isReason } from "../../api/reasons/reasons.ts";
import { inCallersWords } from "./caller-words.ts";
import { metadataBody } from "./metadata-fields.ts";
import { contentLink, linkedKeyOf, linkTo, type LinkOptions } from "./content-link.ts";
import { storedObjectOf } from "../storage/stored-object.ts";
import { sliceLinks, sliceSetOf } from "./slice-links.ts";
import { takeErrorOfReason, type TakeError } from "./take-error.ts";

interface ResultOptions extends LinkOptions {
  returnLocation: boolean;
  imageSize: boolean;
  /** What browsers save the picture as. */
  attachmentName?: string | undefined;
}

/** The JSON of a successful call, in the response and in a webhook. Depends only on the final status of the job. */
export function resultBody(job: ScreenshotJob, options: ResultOptions): Record<string, unknown> {
  const { artifact, location } = job.status ?? {};
  if (artifact === undefined) throw new TypeError("a job without a picture has no result");
  const copy = storedObjectOf(job, artifact.bucket);
  const content = contentLink(job, options);
  const slices = sliceSetOf(job);
  const cacheURL = cacheLink(job, options);
  return {
    screenshot_url: pictureLink(job, artifact, options),
    ...(cacheURL !== undefined && { cache_url: cacheURL }),
    ...(copy !== undefined
      ? {
          store: {
            ...copy,
            ...(options.returnLocation && location !== undefined ? { location } : {}),
          },
        }
      : {}),
    ...metadataFieldsOf(job, artifact, options),
    ...(content !== undefined && { content }),
    ...(slices !== undefined && { slices: sliceLinks(slices, options) }),
  };
}

type PictureLinkOptions = LinkOptions & Pick<ResultOptions, "attachmentName">;

/** A link to the picture that was cached for equal calls, which works as long as it answers those; undefined if none was. */
export function cacheLink(job: ScreenshotJob, options: PictureLinkOptions): string | undefined {
  const { artifact, cachedCopy } = job.status ?? {};
  if (artifact === undefined || cachedCopy === undefined) return undefined;
  return pictureLink(job, artifact, options);
}

function pictureLink(job: ScreenshotJob, artifact: Artifact, options: PictureLinkOptions): string {
  const { mediaType } = artifact;
  return linkTo(job, { key: linkedKeyOf(job, artifact), mediaType }, options);
}

function metadataFieldsOf(
  { status }: ScreenshotJob,
  { widthPixels, heightPixels }: Artifact,
  { imageSize }: ResultOptions,
): Record<string, unknown> {
  const { nested, topLevel } = metadataBody(status?.metadata);
  const metadata = {
    ...(imageSize &&
      widthPixels !== undefined && { image_size: { width: widthPixels, height: heightPixels } }),
    ...nested,
  };
  return { ...(Object.keys(metadata).length > 0 && { metadata }), ...topLevel };
}

/** The error of a failed job; undefined if the job has succeeded or has not finished. */
export function errorOfJob(job: ScreenshotJob): TakeError | undefined {
  const condition = job.status?.conditions?.find(({ type }) => type === "Succeeded");
  if (condition?.status !== "False") return undefined;
  const reason = isReason(condition.reason) ? condition.reason : "InternalError";
  const returnedStatusCode = job.status?.returnedStatusCode;
  return takeErrorOfReason(reason, {
    message: inCallersWords(condition.message),
    ...(returnedStatusCode !== undefined && { returnedStatusCode }),
  });
}

/** The error of the last attempt that failed, whatever became of the job; undefined if none failed. */
export function errorOfLastAttempt(job: ScreenshotJob): TakeError | undefined {
  const lastFailure = job.status?.lastFailure;
  if (lastFailure === undefined) return undefined;
  const { reason, message } = lastFailure;
  return takeErrorOfReason(isReason(reason) ? reason : "InternalError", {
    message: inCallersWords(message),
  });
}

export function hasSucceeded(job: ScreenshotJob): boolean {
  return job.status?.conditions?.find(({ type }) => type === "Succeeded")?.status === "True";
}
