import { isPictureFormat } from "../../../api/options/formats.ts";
import { isStillPicture } from "../still-picture.ts";
import { screenshotFormatOf } from "./capture-picture.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Scales the picture, which was captured without loss, and encodes it in the requested format. */
export const encodePictureStep: CaptureStep = {
  activity: "scaling and encoding the picture",
  stage: "capture",
  appliesTo: (capture) =>
    isStillPicture(capture) &&
    (capture.resize !== undefined || screenshotFormatOf(capture) !== capture.format),
  run: async ({ capture, deadline, environment, shot }) => {
    const { format, quality, resize } = capture;
    if (shot === undefined || !isPictureFormat(format)) return;
    const order = { ...resize, format, quality };
    shot.source = shot.bytes;
    shot.bytes = await environment.scalePicture(shot.bytes, order, deadline.signal);
  },
};
