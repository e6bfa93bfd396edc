import { scalePicture } from "../scale-picture.ts";
import type { CaptureStep } from "./capture-step.ts";

/** `resize`: the picture, which was taken without loss, in the size and format that were asked for. */
export const resizePictureStep: CaptureStep = {
  doing: "resizing the picture",
  stage: "capture",
  isWanted: ({ resize }) => resize !== undefined && Object.keys(resize).length > 0,
  run: async ({ capture, deadline, shot }) => {
    const { format, quality, resize } = capture;
    if (shot === undefined || format === "PDF") return;
    shot.bytes = await scalePicture(shot.bytes, { ...resize, format, quality });
    deadline.signal.throwIfAborted();
  },
};
