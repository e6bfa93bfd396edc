import type { Artifact, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { contentKey, mediaTypeOf } from "../storage/object-keys.ts";
import { signPictureLink } from "./picture-link.ts";

export interface LinkOptions {
  /** Where this gateway is reached from outside, without a slash at its end. */
  publicURL: string;
  linkKey: string;
}

/** How long `screenshot_url` works, as the original's. */
const linkLifeSeconds = 4 * 3600;

export interface ContentLink {
  url: string;
  /** As in the header `Expires`. */
  expires: string;
  format: "html" | "markdown";
}

/** Where the page's content can be read for a while; undefined when it was not kept. */
export function contentLink(job: ScreenshotJob, options: LinkOptions): ContentLink | undefined {
  const { artifact, metadata } = job.status ?? {};
  const format = metadata?.content?.format;
  if (artifact === undefined || format === undefined) return undefined;
  const stored = { key: contentKey(artifact.key, format), mediaType: mediaTypeOf(format) };
  return {
    url: linkTo(job, stored, options),
    expires: new Date(linkEndOf(job) * 1000).toUTCString(),
    format: format === "HTML" ? "html" : "markdown",
  };
}

/** An address that the object can be read at, for as long as links of this job work. */
export function linkTo(
  job: ScreenshotJob,
  { key, mediaType }: Pick<Artifact, "key" | "mediaType">,
  { publicURL, linkKey }: LinkOptions,
): string {
  const link = signPictureLink({ key, mediaType, expires: linkEndOf(job) }, linkKey);
  return `${publicURL}/v1/pictures/${link}`;
}

/** Epoch seconds. */
function linkEndOf(job: ScreenshotJob): number {
  return Math.floor(Date.parse(job.status?.completionTime ?? "") / 1000) + linkLifeSeconds;
}
