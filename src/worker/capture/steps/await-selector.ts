import { Failure } from "../../../api/reasons/failure.ts";
import { awaitMatch, reserveMilliseconds } from "./selectors.ts";
import type { CaptureStep } from "./capture-step.ts";
import { isDoneWithin } from "./deadline.ts";

/** Waits until something matches `wait.selector`, visible or not. */
export const awaitSelectorStep: CaptureStep = {
  doing: "waiting for wait.selector",
  stage: "settle",
  isWanted: ({ wait }) => wait.selector !== undefined,
  run: async (state) => {
    const { capture, deadline } = state;
    const selector = capture.wait.selector ?? "";
    const wanted = {
      ...{ selector, field: "wait.selector", mustBeVisible: false },
      atLeast: capture.wait.selectorCount === "AtLeastByCount" ? countSelectors(selector) : 1,
    };
    const remaining = deadline.remainingMilliseconds;
    const limitMilliseconds = remaining - reserveMilliseconds(remaining);
    const came = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
      awaitMatch(state, wanted, signal),
    );
    if (came) return;
    throw new Failure("WaitTimedOut", {
      message: `Nothing matched wait.selector "${selector}" within ${Math.round(limitMilliseconds / 1000)} s; check the selector, or raise captureTimeoutSeconds (now ${capture.captureTimeoutSeconds})`,
    });
  },
};

/** How many selectors a list has: commas inside brackets, parentheses and quotes separate none (CSS Syntax, 5.4). */
export function countSelectors(list: string): number {
  const bare = list
    .replaceAll(/\\[^]/g, "")
    .replaceAll(/"[^"]*"|'[^']*'/g, "")
    .replaceAll(/\[[^\]]*\]/g, "");
  let depth = 0;
  let count = 1;
  for (const character of bare) {
    if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (character === "," && depth === 0) count += 1;
  }
  return count;
}
