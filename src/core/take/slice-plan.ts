import { defaultSliceHeightPixels } from "../../api/options/slice-limits.ts";

/** A horizontal part of a picture, in its own pixels. */
export interface Slice {
  index: number;
  topPixels: number;
  heightPixels: number;
}

interface Slicing {
  sliceHeightPixels?: number;
  /** What a slice repeats of the one before. */
  sliceOverlapPixels?: number;
}

/** The slices of a picture from top to bottom; the last one may be shorter. A picture that is short enough is one slice. */
export function planSlices(
  pictureHeightPixels: number,
  { sliceHeightPixels = defaultSliceHeightPixels, sliceOverlapPixels = 0 }: Slicing,
): Slice[] {
  const slices: Slice[] = [];
  for (let topPixels = 0; ; topPixels += sliceHeightPixels - sliceOverlapPixels) {
    const heightPixels = Math.min(sliceHeightPixels, pictureHeightPixels - topPixels);
    slices.push({ index: slices.length, topPixels, heightPixels });
    if (topPixels + heightPixels >= pictureHeightPixels) return slices;
  }
}
