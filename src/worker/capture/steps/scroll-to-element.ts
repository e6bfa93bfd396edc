import { awaitElement } from "./await-option-element.ts";
import { type ElementOption } from "./missing-element.ts";
import type { CaptureStep } from "./capture-step.ts";
import { findElement } from "./selectors.ts";

const scrollTo = `(selector, adjustTop) => {
  ${findElement}
  const element = find(selector, true);
  if (element === undefined) return;
  element.scrollIntoView({ block: "start", inline: "nearest", behavior: "instant" });
  window.scrollBy({ top: adjustTop, left: 0, behavior: "instant" });
}`;

/** Scrolls the element of `scrollIntoView` to the top of the viewport, and then by `adjustTopPixels`. */
export const scrollToElementStep: CaptureStep = {
  activity: "scrolling to scrollIntoView.selector",
  stage: "settle",
  appliesTo: ({ scrollIntoView }) => scrollIntoView !== undefined,
  run: async (state) => {
    const { page, capture, deadline } = state;
    const {
      selector = "",
      whenMissing = "Fail",
      adjustTopPixels = 0,
    } = capture.scrollIntoView ?? {};
    const option: ElementOption = { path: "scrollIntoView", selector, whenMissing };
    if (await awaitElement(state, option))
      await page.world.call(scrollTo, [selector, adjustTopPixels], deadline.signal);
  },
};
