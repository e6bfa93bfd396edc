import type { Artifact, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { isReason } from "../../api/reasons/reasons.ts";
import { metadataBody } from "./metadata-answer.ts";
import { contentLink, linkTo, type LinkOptions } from "./content-link.ts";
import { storedKey } from "../storage/object-keys.ts";
import { takeErrorOfReason, type TakeError } from "./take-error.ts";

export interface ResultOptions extends LinkOptions {
  returnLocation: boolean;
  imageSize: boolean;
}

/** The JSON of a successful call, in the answer as in a webhook. A function of the job's final state alone. */
export function resultBody(job: ScreenshotJob, options: ResultOptions): Record<string, unknown> {
  const { artifact, location } = job.status ?? {};
  if (artifact === undefined) throw new TypeError("a job without picture has no result");
  const path = job.spec.storage?.path;
  const content = contentLink(job, options);
  return {
    screenshot_url: linkTo(job, artifact, options),
    ...(path !== undefined
      ? {
          store: {
            bucket: artifact.bucket,
            key: storedKey(job.metadata.namespace, path, job.spec.format),
            ...(options.returnLocation && location !== undefined ? { location } : {}),
          },
        }
      : {}),
    ...factsOf(job, artifact, options),
    ...(content !== undefined && { content }),
  };
}

function factsOf(
  { status }: ScreenshotJob,
  { widthPixels, heightPixels }: Artifact,
  { imageSize }: ResultOptions,
): Record<string, unknown> {
  const { inside, beside } = metadataBody(status?.metadata);
  const metadata = {
    ...(imageSize &&
      widthPixels !== undefined && { image_size: { width: widthPixels, height: heightPixels } }),
    ...inside,
  };
  return { ...(Object.keys(metadata).length > 0 && { metadata }), ...beside };
}

/** The error of a job that ended without a picture; undefined while it has not ended, or when it has one. */
export function errorOfJob(job: ScreenshotJob): TakeError | undefined {
  const condition = job.status?.conditions?.find(({ type }) => type === "Succeeded");
  if (condition?.status !== "False") return undefined;
  const reason = isReason(condition.reason) ? condition.reason : "InternalError";
  return takeErrorOfReason(reason, condition.message);
}

export function hasSucceeded(job: ScreenshotJob): boolean {
  return job.status?.conditions?.find(({ type }) => type === "Succeeded")?.status === "True";
}
