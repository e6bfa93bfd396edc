import { resizeWindow } from "../whole-page/resize-window.ts";
import { restScrolling } from "../whole-page/rest-scrolling.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Makes the document ready to be captured as a whole. */
export const restScrollingStep: CaptureStep = {
  activity: "scrolling to the top of the page",
  stage: "settle",
  appliesTo: ({ extent }) => extent === "FullPage",
  run: async (state) => {
    const { page, capture, deadline } = state;
    // Left by the document before, which the page has gone on from.
    if (state.loadedPage !== undefined)
      await resizeWindow(state, capture.viewport.heightPixels, deadline.signal);
    delete state.loadedPage;
    delete state.cutHeightPixels;
    await restScrolling(page, deadline.signal);
  },
};
