import type { CaptureStep } from "./capture-step.ts";

/** Scales the picture, which was captured without loss, and encodes it in the requested format. */
export const resizePictureStep: CaptureStep = {
  activity: "resizing the picture",
  stage: "capture",
  appliesTo: ({ resize }) => resize !== undefined && Object.keys(resize).length > 0,
  run: async ({ capture, deadline, environment, shot }) => {
    const { format, quality, resize } = capture;
    if (shot === undefined || format === "PDF") return;
    const order = { ...resize, format, quality };
    shot.bytes = await environment.scalePicture(shot.bytes, order, deadline.signal);
  },
};
