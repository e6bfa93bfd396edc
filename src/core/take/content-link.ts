import type { Artifact, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { contentKey, mediaTypeOf } from "../storage/object-keys.ts";
import { signPictureLink } from "./picture-link.ts";

export interface LinkOptions {
  /** The gateway's URL for callers, without a trailing slash. */
  publicURL: string;
  linkKey: string;
}

/** How long `screenshot_url` is valid, as in ScreenshotOne. */
const linkLifetimeSeconds = 4 * 3600;

export interface ContentLink {
  url: string;
  /** In the format of the header `Expires`. */
  expires: string;
  format: "html" | "markdown";
}

/** An expiring link to the page's content; undefined if it was not stored. */
export function contentLink(job: ScreenshotJob, options: LinkOptions): ContentLink | undefined {
  const { artifact, metadata } = job.status ?? {};
  const format = metadata?.content?.format;
  if (artifact === undefined || format === undefined) return undefined;
  const key = contentKey(linkedKeyOf(job, artifact), format);
  const stored = { key, mediaType: mediaTypeOf(format) };
  return {
    url: linkTo(job, stored, options),
    expires: new Date(linkExpiryOf(job) * 1000).toUTCString(),
    format: format === "HTML" ? "html" : "markdown",
  };
}

/** A link to the object, which expires together with all links of the job. */
export function linkTo(
  job: ScreenshotJob,
  { key, mediaType }: Pick<Artifact, "key" | "mediaType">,
  { publicURL, linkKey, attachmentName }: LinkOptions & { attachmentName?: string | undefined },
): string {
  const name = attachmentName === undefined ? {} : { attachmentName };
  const link = signPictureLink({ key, mediaType, expires: linkExpiryOf(job), ...name }, linkKey);
  return `${publicURL}/v1/pictures/${link}`;
}

/** The key of the picture that links are about: of the copy that was made for equal calls, if there is one, since it is kept as long. */
export function linkedKeyOf({ status }: ScreenshotJob, artifact: Artifact): string {
  return status?.cachedCopy?.key ?? artifact.key;
}

/** When the links of a job expire, in epoch seconds. */
export function linkExpiryOf(job: ScreenshotJob): number {
  const { cachedCopy } = job.status ?? {};
  if (cachedCopy !== undefined) return Math.floor(Date.parse(cachedCopy.expirationTime) / 1000);
  return Math.floor(Date.parse(job.status?.completionTime ?? "") / 1000) + linkLifetimeSeconds;
}
