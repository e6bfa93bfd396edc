import { clickMouse } from "../../browser/devtools/page-mouse.ts";
import type { CaptureStep } from "./capture-step.ts";
import { letTasksRun } from "./let-tasks-run.ts";
import { locateMouseTarget } from "./locate-mouse-target.ts";

/** Clicks on the element of `click`, once per capture. */
export const clickStep: CaptureStep = {
  activity: "clicking on click.selector",
  stage: "settle",
  isOnce: true,
  appliesTo: ({ click }) => click !== undefined,
  run: async (state) => {
    const position = await locateMouseTarget(state, "click");
    if (position === undefined) return;
    const { page, deadline } = state;
    await clickMouse(page, position, deadline.signal);
    // A page handles a click in later tasks; a navigation it requests there is known after them.
    await letTasksRun(state);
  },
};
