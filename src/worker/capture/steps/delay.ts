import { systemClock } from "../../../platform/process/clock.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Waits for `wait.delaySeconds`. */
export const delayStep: CaptureStep = {
  activity: "waiting for wait.delaySeconds",
  stage: "settle",
  appliesTo: ({ wait }) => wait.delaySeconds > 0,
  run: ({ capture, deadline }) =>
    systemClock.sleep(capture.wait.delaySeconds * 1000, deadline.signal),
};
