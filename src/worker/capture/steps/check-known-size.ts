import { isPictureFormat } from "../../../api/options/formats.ts";
import type { CaptureStep } from "./capture-step.ts";
import { checkPictureSize } from "./picture-limits.ts";

/** Refuses a picture whose size is known to be too large before the page is loaded. */
export const checkKnownSizeStep: CaptureStep = {
  activity: "checking the size of the picture",
  stage: "navigate",
  appliesTo: ({ extent, format }) => extent === "Viewport" && isPictureFormat(format),
  run: async ({ capture, environment }) =>
    checkPictureSize(capture, capture.clip ?? capture.viewport, environment.maxAreaPixels),
};
