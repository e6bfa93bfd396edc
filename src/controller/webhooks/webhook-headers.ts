import { documentationPathOf } from "../../api/reasons/take-errors.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { contentHeaders, metadataHeaders } from "../../core/take/metadata-fields.ts";
import { storedObjectOf } from "../../core/storage/stored-object.ts";
import { contentLink, type LinkOptions } from "../../core/take/content-link.ts";
import { headerText } from "../../core/take/header-text.ts";
import { errorOfJob } from "../../core/take/take-result.ts";
import { warningHeaders } from "../../core/take/warnings.ts";

const prefix = "x-screenshotone-";

/**
 * The headers of a webhook that depend on its job. They are not signed, as in ScreenshotOne. The gateway adds content type,
 * `webhook-id` and signatures.
 */
export function webhookHeadersOf(job: ScreenshotJob, links: LinkOptions): Record<string, string> {
  const { durationMilliseconds, artifact } = job.status ?? {};
  const { externalIdentifier, body } = job.spec.webhook ?? {};
  return {
    [`${prefix}trace-id`]: job.metadata.name,
    ...(externalIdentifier !== undefined && {
      [`${prefix}external-identifier`]: externalIdentifier,
    }),
    ...(durationMilliseconds !== undefined && {
      [`${prefix}rendering-seconds`]: String(durationMilliseconds / 1000),
    }),
    ...(artifact !== undefined && { [`${prefix}size-bytes`]: String(artifact.sizeBytes) }),
    ...(body === "Picture" ? pictureHeadersOf(job, links) : {}),
    ...warningHeaders(job.status?.warnings ?? []),
    ...errorHeadersOf(job, links.publicURL),
  };
}

/** What a JSON body would say about the picture. */
function pictureHeadersOf(job: ScreenshotJob, links: LinkOptions): Record<string, string> {
  const artifact = job.status?.artifact;
  if (artifact === undefined) return {};
  const { widthPixels, heightPixels } = artifact;
  const size =
    job.spec.webhook?.returnImageSize === true
      ? {
          ...(widthPixels !== undefined && { [`${prefix}image-width`]: String(widthPixels) }),
          ...(heightPixels !== undefined && { [`${prefix}image-height`]: String(heightPixels) }),
        }
      : {};
  const metadata = {
    ...metadataHeaders(job.status?.metadata),
    ...contentHeaders(contentLink(job, links)),
  };
  return { ...size, ...metadata, ...storeHeadersOf(job, artifact.bucket) };
}

function storeHeadersOf(job: ScreenshotJob, operatorBucket: string): Record<string, string> {
  const copy = storedObjectOf(job, operatorBucket);
  if (copy === undefined) return {};
  const location = job.spec.webhook?.returnLocation === true ? job.status?.location : undefined;
  return {
    [`${prefix}store-bucket`]: copy.bucket,
    [`${prefix}store-key`]: copy.key,
    ...(location !== undefined && { [`${prefix}store-location`]: location }),
  };
}

function errorHeadersOf(job: ScreenshotJob, publicURL: string): Record<string, string> {
  const error = errorOfJob(job);
  if (error === undefined) return {};
  return {
    [`${prefix}error-code`]: error.code,
    [`${prefix}error-message`]: headerText(error.message),
    [`${prefix}documentation-url`]: `${publicURL}${documentationPathOf(error.code)}`,
    ...(error.returnedStatusCode !== undefined && {
      [`${prefix}returned-status-code`]: String(error.returnedStatusCode),
    }),
    ...(error.reason !== undefined && { "x-stills-reason": error.reason }),
  };
}
