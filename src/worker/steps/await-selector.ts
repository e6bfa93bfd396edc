import { Failure } from "../../api/failure.ts";
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
    const remaining = deadline.remainingMilliseconds;
    const limitMilliseconds = remaining - reserveMilliseconds(remaining);
    const came = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
      awaitMatch(state, { selector, field: "wait.selector", mustBeVisible: false }, signal),
    );
    if (came) return;
    throw new Failure("WaitTimedOut", {
      message: `Nothing matched wait.selector "${selector}" within ${Math.round(limitMilliseconds / 1000)} s; check the selector, or raise captureTimeoutSeconds (now ${capture.captureTimeoutSeconds})`,
    });
  },
};
