import { isPictureFormat } from "../../../api/options/formats.ts";
import { isScreenshotFormat } from "../../browser/devtools/page-screenshot.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Scales the picture, which was captured without loss, and encodes it in the requested format. */
export const encodePictureStep: CaptureStep = {
  activity: "scaling and encoding the picture",
  stage: "capture",
  appliesTo: ({ format, resize }) =>
    isPictureFormat(format) &&
    (!isScreenshotFormat(format) || (resize !== undefined && Object.keys(resize).length > 0)),
  run: async ({ capture, deadline, environment, shot }) => {
    const { format, quality, resize } = capture;
    if (shot === undefined || !isPictureFormat(format)) return;
    const order = { ...resize, format, quality };
    shot.bytes = await environment.scalePicture(shot.bytes, order, deadline.signal);
  },
};
