import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { parseSliceSet, type SliceSet } from "../../api/messages/slice-set.ts";
import { isPictureFormat } from "../../api/options/formats.ts";
import { sliceKey } from "../storage/object-keys.ts";
import { openToken, signToken } from "../tokens/signed-token.ts";
import { linkedKeyOf, linkExpiryOf, type LinkOptions } from "./content-link.ts";
import { signPictureLink } from "./picture-link.ts";
import { planSlices } from "./slice-plan.ts";

/** A slice as `/take` tells it. */
interface SliceLink {
  index: number;
  offset_y: number;
  width: number;
  height: number;
  url: string;
}

/** The slices of a finished job's picture; undefined if it was not cut. */
export function sliceSetOf(job: ScreenshotJob): SliceSet | undefined {
  const { artifact } = job.status ?? {};
  const { extent, format, fullPage } = job.spec;
  if (artifact === undefined || extent !== "FullPage" || fullPage?.slices !== true)
    return undefined;
  const { mediaType, widthPixels, heightPixels } = artifact;
  if (!isPictureFormat(format) || widthPixels === undefined || heightPixels === undefined)
    return undefined;
  const { sliceHeightPixels, sliceOverlapPixels } = fullPage;
  const expires = linkExpiryOf(job);
  const key = linkedKeyOf(job, artifact);
  return {
    ...{ key, mediaType, widthPixels, heightPixels },
    ...(sliceHeightPixels !== undefined && { sliceHeightPixels }),
    ...(sliceOverlapPixels !== undefined && { sliceOverlapPixels }),
    expires,
  };
}

/** Links to the slices, which expire with the set. */
export function sliceLinks(set: SliceSet, { publicURL, linkKey }: LinkOptions): SliceLink[] {
  const { key, mediaType, widthPixels, heightPixels, expires } = set;
  return planSlices(heightPixels, set).map((slice) => {
    const link = { key: sliceKey(key, slice.index), mediaType, expires };
    return {
      ...{ index: slice.index, offset_y: slice.topPixels },
      ...{ width: widthPixels, height: slice.heightPixels },
      url: `${publicURL}/v1/pictures/${signPictureLink(link, linkKey)}`,
    };
  });
}

/** The address of a JSON document that lists the slices. */
export function manifestLink(set: SliceSet, { publicURL, linkKey }: LinkOptions): string {
  return `${publicURL}/v1/slices/${signToken(set, linkKey)}`;
}

/** The set of a link; undefined when the link was altered or has expired. */
export function readManifestLink(
  text: string,
  linkKey: string,
  nowMilliseconds: number,
): SliceSet | undefined {
  const opened = openToken(text, linkKey);
  if (!opened.valid) return undefined;
  const set = parseSliceSet(opened.payload);
  return set.expires * 1000 > nowMilliseconds ? set : undefined;
}
