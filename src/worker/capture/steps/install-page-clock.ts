import { PageClock } from "../animation/page-clock.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Before the page opens, so that no script of it keeps the browser's own clock. */
export const installPageClockStep: CaptureStep = {
  activity: "setting up the page",
  stage: "navigate",
  appliesTo: ({ animation }) => animation !== undefined,
  run: async (state) => {
    state.clock = await PageClock.install(state.page, state.deadline.signal);
  },
};
