import { whyInvisible } from "../element/why-invisible.ts";
import type { CaptureStep } from "./capture-step.ts";
import { capturedElementMissing } from "./missing-element.ts";
import { awaitMatch, findElement } from "./selectors.ts";
import { isDoneWithin, waitLimit } from "./wait-limit.ts";

/** Pages that scripts build may need some time after loading. */
const mostWaitMilliseconds = 10_000;

const scrollIntoView = `(selector) => {
  ${findElement}
  find(selector, true)?.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
}`;

/** Waits for the element to capture and scrolls to it, so that its content loads. */
export const awaitCapturedElementStep: CaptureStep = {
  activity: "looking for element.selector",
  stage: "settle",
  appliesTo: ({ extent }) => extent === "Element",
  run: async (state) => {
    const { capture, deadline, page } = state;
    const selector = capture.element?.selector ?? "";
    const limitMilliseconds = waitLimit(deadline, mostWaitMilliseconds);
    const isFound = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
      awaitMatch(state, { selector, path: "element.selector", mustBeVisible: true }, signal),
    );
    if (isFound) {
      if (capture.element?.scrollIntoView === false) return;
      await page.world.call(scrollIntoView, [selector], deadline.signal);
      return;
    }
    const why = await whyInvisible(page, selector, deadline.signal);
    if (capture.element?.whenMissing !== "CaptureExtent")
      throw capturedElementMissing(selector, { waitedMilliseconds: limitMilliseconds, why });
    const because = why === undefined ? "" : ` (${why})`;
    state.warnings.add(
      `Nothing visible matched element.selector "${selector}"${because}, so the viewport was captured instead`,
    );
  },
};
