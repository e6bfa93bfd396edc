import { PageAnimations } from "../../browser/devtools/page-animations.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Listens to the page's animations from the start, so that they can be brought to rest. */
export const watchAnimationsStep: CaptureStep = {
  activity: "setting up the page",
  stage: "navigate",
  appliesTo: ({ animation, animations }) => animation === undefined && animations !== "AsIs",
  run: async (state) => {
    state.animations = await PageAnimations.open(state.page, state.deadline.signal);
  },
};
