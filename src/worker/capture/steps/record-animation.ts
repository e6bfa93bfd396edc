import { recordAnimation } from "../animation/record-animation.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Records the page for a while, instead of taking one picture. */
export const recordAnimationStep: CaptureStep = {
  activity: "recording the animation",
  stage: "capture",
  appliesTo: ({ animation }) => animation !== undefined,
  run: async (state) => {
    state.shot = await recordAnimation(state);
  },
};
