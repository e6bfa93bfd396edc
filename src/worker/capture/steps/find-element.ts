import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureStep } from "./capture-step.ts";
import { isDoneWithin } from "./deadline.ts";
import { awaitMatch, findElement, reserveMilliseconds } from "./selectors.ts";

/** Pages that build themselves by script may need a while after loading. */
const longestWaitMilliseconds = 10_000;

const scrollIntoView = `(selector) => {
  ${findElement}
  find(selector, true)?.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
}`;

/** Waits for the element to capture and scrolls to it, so that what it contains is loaded. */
export const findElementStep: CaptureStep = {
  doing: "looking for element.selector",
  stage: "settle",
  isWanted: ({ extent }) => extent === "Element",
  run: async (state) => {
    const { capture, deadline, page } = state;
    const selector = capture.element?.selector ?? "";
    const remaining = deadline.remainingMilliseconds;
    const limitMilliseconds = Math.min(
      longestWaitMilliseconds,
      remaining - reserveMilliseconds(remaining),
    );
    const came = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
      awaitMatch(state, { selector, field: "element.selector", mustBeVisible: true }, signal),
    );
    if (came) {
      if (capture.element?.scrollIntoView === false) return;
      await page.world.call(scrollIntoView, [selector], deadline.signal);
      return;
    }
    if (capture.element?.whenMissing !== "CaptureExtent")
      throw elementMissing(selector, limitMilliseconds);
    state.warnings.add(
      `Nothing visible matched element.selector "${selector}", so the viewport was captured instead`,
    );
  },
};

/** The failure of a job whose element is not there or has no size. */
export function elementMissing(selector: string, waitedMilliseconds?: number): Failure {
  const within =
    waitedMilliseconds === undefined ? "" : ` within ${Math.round(waitedMilliseconds / 1000)} s`;
  return new Failure("SelectorNotFound", {
    message: `Nothing visible matched element.selector "${selector}"${within}; check the selector, or set element.whenMissing to CaptureExtent to capture the viewport instead`,
  });
}
