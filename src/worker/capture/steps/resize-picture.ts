import { scalePicture } from "../scale-picture.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Scales the picture, which was captured without loss, and encodes it in the requested format. */
export const resizePictureStep: CaptureStep = {
  activity: "resizing the picture",
  stage: "capture",
  appliesTo: ({ resize }) => resize !== undefined && Object.keys(resize).length > 0,
  run: async ({ capture, deadline, shot }) => {
    const { format, quality, resize } = capture;
    if (shot === undefined || format === "PDF") return;
    shot.bytes = await scalePicture(shot.bytes, { ...resize, format, quality });
    deadline.signal.throwIfAborted();
  },
};
