import { stopScripts } from "../../browser/devtools/page-emulation.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Stops the scripts of a page that does not stop navigating, so that it stays at its document. */
export const stopPageScriptsStep: CaptureStep = {
  activity: "stopping the page's scripts",
  stage: "settle",
  appliesTo: () => true,
  run: async (state) => {
    await stopScripts(state.page, state.deadline.signal);
    // Nothing of the page may run any more, its timers neither.
    delete state.clock;
  },
};
