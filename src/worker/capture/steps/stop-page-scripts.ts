import { stopScripts } from "../../browser/devtools/page-emulation.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Stops the scripts of a page that does not stop navigating, so that it stays at its document. */
export const stopPageScriptsStep: CaptureStep = {
  activity: "stopping the page's scripts",
  stage: "settle",
  appliesTo: () => true,
  run: ({ page, deadline }) => stopScripts(page, deadline.signal),
};
