import { capturedSize } from "../animation/frame-size.ts";
import { isStillPicture } from "../still-picture.ts";
import type { CaptureStep } from "./capture-step.ts";
import { checkPictureSize } from "./picture-limits.ts";

/** Refuses a picture whose size is known to be too large before the page is loaded. */
export const checkKnownSizeStep: CaptureStep = {
  activity: "checking the size of the picture",
  stage: "navigate",
  appliesTo: (capture) =>
    capture.animation !== undefined || (capture.extent === "Viewport" && isStillPicture(capture)),
  run: async ({ capture, environment }) =>
    capture.animation !== undefined
      ? void capturedSize(capture)
      : checkPictureSize(capture, capture.clip ?? capture.viewport, environment.maxAreaPixels),
};
