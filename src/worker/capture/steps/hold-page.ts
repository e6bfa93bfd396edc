import { stopScripts } from "../../browser/page/page-emulation.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Keeps a page that always goes elsewhere where it is, by taking its scripts away. */
export const holdPageStep: CaptureStep = {
  doing: "holding the page",
  stage: "settle",
  isWanted: () => true,
  run: ({ page, deadline }) => stopScripts(page, deadline.signal),
};
