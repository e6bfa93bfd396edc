import { Failure } from "../../../api/reasons/failure.ts";
import { documentRefusal } from "../../../core/targets/account-targets.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Fails when the page has come to an address that the job's account may not visit, in whatever way. */
export const checkTargetStep: CaptureStep = {
  activity: "checking where the page is",
  stage: "navigate",
  appliesTo: () => true,
  run: async ({ page, environment: { targets } }) => {
    const message = documentRefusal(page.lifecycle.document.url, targets);
    if (message !== undefined) throw new Failure("TargetNotAllowed", { message });
  },
};
