import { findFlaw, type Flaw } from "../flaws/find-flaw.ts";
import { isStillPicture } from "../still-picture.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Adds a warning when the picture is blank, or most of it although the page has content there. */
export const warnOfFlawStep: CaptureStep = {
  activity: "checking whether the picture is blank",
  stage: "capture",
  appliesTo: isStillPicture,
  run: async (state) => {
    const flaw = await findFlaw(state);
    if (flaw !== undefined) state.warnings.add(sentenceOf(flaw));
  },
};

function sentenceOf(flaw: Flaw): string {
  const advice = "The page may need more time (wait.selector, wait.delaySeconds)";
  switch (flaw.kind) {
    case "Blank":
      return `The picture is blank: all its pixels have one colour. ${advice}, or shows nothing to unknown visitors`;
    case "HalfPainted":
      return `The picture has one colour from ${flaw.fromPixels} to ${flaw.toPixels} CSS pixels, where the page has text or pictures. ${advice}`;
  }
}
