import type { CaptureOption } from "../capture-option.ts";
import { defaultSliceHeightPixels, mostSlices } from "../slice-limits.ts";

/** A picture of the whole page, cut into parts. */
export const sliceOptions: readonly CaptureOption[] = [
  {
    path: "fullPage.slices",
    text: `says whether the picture is also cut into slices, from top to bottom, at most ${mostSlices}. They lie beside the picture, under its key with \`.slice-0\`, \`.slice-1\` and so on before the extension. Other formats than pictures have none.`,
    value: { type: "boolean" },
    http: {
      name: "full_page_slices",
      type: "boolean",
      endpoint: "take",
      needs: ["full_page"],
      needsOnlyWhenOn: true,
      excludes: { store: "true" },
      text: "says whether the picture is also cut into slices. The JSON answer lists them with a link to each; otherwise the header `X-ScreenshotOne-Full-Page-Slices-URL` has the address of such a list.",
    },
  },
  {
    path: "fullPage.sliceHeightPixels",
    text: "is the height of a slice, in pixels of the picture. The last one may be shorter. 4,000 unless given.",
    value: { type: "integer", minimum: 1, maximum: 16_000 },
    http: { name: "full_page_slice_height", type: "integer", endpoint: "take" },
  },
  {
    path: "fullPage.sliceOverlapPixels",
    text: "is how much of a slice repeats the end of the one before, in pixels of the picture. It leaves at least 100 of `sliceHeightPixels`. None unless given.",
    value: { type: "integer", minimum: 0, maximum: 15_900 },
    leaves: {
      least: 100,
      of: "fullPage.sliceHeightPixels",
      otherwise: defaultSliceHeightPixels,
      when: "fullPage.slices",
    },
    http: {
      ...({ name: "full_page_slice_overlap_height", type: "integer", endpoint: "take" } as const),
      text: "is how much of a slice repeats the end of the one before, in pixels of the picture. It leaves at least 100 of `full_page_slice_height`. None unless given.",
    },
  },
];
