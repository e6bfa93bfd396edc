import type { CaptureStep } from "./capture-step.ts";

/** Notes what was said of the page so far: it holds for every picture that is taken of it. */
export const markArrivalStep: CaptureStep = {
  activity: "waiting for the page",
  stage: "settle",
  appliesTo: () => true,
  run: async (state) => {
    state.arrivalWarnings = [...state.warnings];
  },
};
