import { bringToRest } from "../rest/bring-to-rest.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Brings what moves to rest, just before the picture. */
export const bringToRestStep: CaptureStep = {
  activity: "bringing animations to rest",
  stage: "settle",
  appliesTo: ({ animation, animations }) => animation === undefined && animations !== "AsIs",
  run: bringToRest,
};
