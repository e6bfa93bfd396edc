import { systemClock } from "../../../platform/process/clock.ts";
import type { CaptureStep } from "./capture-step.ts";

/** `wait.delaySeconds`, after everything else that is waited for. */
export const delayStep: CaptureStep = {
  doing: "waiting for wait.delaySeconds",
  stage: "settle",
  isWanted: ({ wait }) => wait.delaySeconds > 0,
  run: ({ capture, deadline }) =>
    systemClock.sleep(capture.wait.delaySeconds * 1000, deadline.signal),
};
