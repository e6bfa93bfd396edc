import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureStep } from "./capture-step.ts";
import { awaitMatch } from "./selectors.ts";
import { isDoneWithin, waitLimit } from "./wait-limit.ts";

/** Waits until something matches `wait.selector`, visible or not. */
export const awaitSelectorStep: CaptureStep = {
  activity: "waiting for wait.selector",
  stage: "settle",
  appliesTo: ({ wait }) => wait.selector !== undefined,
  run: async (state) => {
    const { capture, deadline } = state;
    const selector = capture.wait.selector ?? "";
    const wanted = {
      selector,
      path: "wait.selector",
      mustBeVisible: false,
      atLeast: capture.wait.selectorCount === "AtLeastByCount" ? countSelectors(selector) : 1,
    };
    const limitMilliseconds = waitLimit(deadline);
    const isFound = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
      awaitMatch(state, wanted, signal),
    );
    if (isFound) return;
    throw new Failure("WaitTimedOut", {
      message: `Nothing matched wait.selector "${selector}" within ${Math.round(limitMilliseconds / 1000)} s; check the selector, or raise captureTimeoutSeconds (now ${capture.captureTimeoutSeconds})`,
    });
  },
};

/** The number of selectors in a list; commas in brackets, parentheses and quotes do not separate (CSS Syntax Level 3, 5.4). */
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
