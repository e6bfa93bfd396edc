import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { isPictureFormat } from "../../../api/options/formats.ts";
import { mostSlices } from "../../../api/options/slice-limits.ts";
import { Failure } from "../../../api/reasons/failure.ts";
import { planSlices, type Slice } from "../../../core/take/slice-plan.ts";
import type { CaptureStep } from "./capture-step.ts";
import { readPictureSize } from "./picture-size.ts";

/** Whether the picture is also cut into slices. */
export function isSliced({ extent, format, fullPage }: CaptureSpec): boolean {
  return extent === "FullPage" && fullPage?.slices === true && isPictureFormat(format);
}

/** Cuts the picture, which was captured without loss, and encodes each slice as the picture itself. */
export const slicePictureStep: CaptureStep = {
  activity: "cutting the picture into slices",
  stage: "capture",
  appliesTo: isSliced,
  run: async (state) => {
    const { capture, deadline, environment, shot } = state;
    const { format, quality, resize, fullPage } = capture;
    if (shot === undefined || fullPage === undefined || !isPictureFormat(format)) return;
    const { widthPixels: width, heightPixels } = await readPictureSize(shot.bytes);
    const source = shot.source ?? shot.bytes;
    state.slices = [];
    for (const { topPixels: top, heightPixels: height } of plannedSlices(heightPixels, fullPage)) {
      const order = { ...resize, format, quality, part: { top, width, height } };
      const bytes = await environment.scalePicture(source, order, deadline.signal);
      state.slices.push({ bytes, widthPixels: width, heightPixels: height });
    }
  },
};

function plannedSlices(
  heightPixels: number,
  slicing: NonNullable<CaptureSpec["fullPage"]>,
): Slice[] {
  const slices = planSlices(heightPixels, slicing);
  if (slices.length <= mostSlices) return slices;
  throw new Failure("PictureTooLarge", {
    message: `The picture of ${heightPixels} pixels in height would have ${slices.length} slices, but at most ${mostSlices} are made. Raise fullPage.sliceHeightPixels, or lower fullPage.sliceOverlapPixels`,
  });
}
