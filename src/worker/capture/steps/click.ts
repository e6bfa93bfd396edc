import { clickMouse } from "../../browser/devtools/page-mouse.ts";
import type { CaptureStep } from "./capture-step.ts";
import { locateMouseTarget } from "./locate-mouse-target.ts";

/** A page handles a click in later tasks; a navigation it requests there is known after them. */
const letTasksRun = `() => new Promise((resolve) => setTimeout(() => setTimeout(resolve, 0), 0))`;

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
    await page.world.call(letTasksRun, [], deadline.signal);
  },
};
