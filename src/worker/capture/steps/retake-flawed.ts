import { allowScripts } from "../../browser/devtools/page-emulation.ts";
import { awaitChange } from "../flaws/await-change.ts";
import { findFlaw } from "../flaws/find-flaw.ts";
import { capturePictureStep } from "./capture-picture.ts";
import { captureWindowStep } from "./capture-window.ts";
import { isStillPicture } from "../still-picture.ts";
import type { CaptureStep } from "./capture-step.ts";
import { loadWholePageStep } from "./load-whole-page.ts";
import { restScrollingStep } from "./rest-scrolling.ts";

const stepsAgain = [restScrollingStep, loadWholePageStep, capturePictureStep, captureWindowStep];

/** Takes a blank or half-painted picture once more, if the page may have needed time. */
export const retakeFlawedStep: CaptureStep = {
  activity: "taking a blank picture once more",
  stage: "capture",
  isOnce: true,
  appliesTo: isStillPicture,
  run: async (state) => {
    const { page, capture, deadline, warnings } = state;
    const flaw = await findFlaw(state);
    if (flaw === undefined) return;
    const takenAt = performance.now();
    await allowScripts(page, deadline.signal);
    if (!(await awaitChange(state))) return;
    for (const step of stepsAgain) if (step.appliesTo(capture)) await step.run(state);
    if ((await findFlaw(state)) !== undefined) return;
    const seconds = Math.round((performance.now() - takenAt) / 100) / 10;
    const what = flaw.kind === "Blank" ? "blank" : "half empty";
    warnings.add(`The picture was ${what} at first and was taken again ${seconds} s later`);
  },
};
