import { awaitFonts } from "../rest/await-fonts.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Waits, for a limited time, for the fonts in use. */
export const awaitFontsStep: CaptureStep = {
  activity: "waiting for fonts",
  stage: "settle",
  appliesTo: () => true,
  run: awaitFonts,
};
