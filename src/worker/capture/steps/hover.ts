import { moveMouse } from "../../browser/devtools/page-mouse.ts";
import type { CaptureStep } from "./capture-step.ts";
import { locateMouseTarget } from "./locate-mouse-target.ts";

/** Moves the mouse to the element of `hover` and leaves it there. */
export const hoverStep: CaptureStep = {
  activity: "moving the mouse to hover.selector",
  stage: "settle",
  appliesTo: ({ hover }) => hover !== undefined,
  run: async (state) => {
    const position = await locateMouseTarget(state, "hover");
    if (position !== undefined) await moveMouse(state.page, position, state.deadline.signal);
  },
};
