import { awaitChange } from "../flaws/await-change.ts";
import { looksEmpty } from "../flaws/looks-empty.ts";
import { isStillPicture } from "../still-picture.ts";
import type { CaptureStep } from "./capture-step.ts";

/**
 * Waits for a page that shows nothing yet. This comes before the picture, because a timer that ends while scripts are stopped for a
 * picture is lost.
 */
export const awaitPaintStep: CaptureStep = {
  activity: "waiting for the page to show something",
  stage: "settle",
  isOnce: true,
  appliesTo: (capture) => isStillPicture(capture) || capture.animation !== undefined,
  run: async (state) => {
    const { page, deadline, warnings } = state;
    const { signal } = deadline;
    if (!(await looksEmpty(page, signal))) return;
    const startedAt = performance.now();
    if (!(await awaitChange(state)) || (await looksEmpty(page, signal))) return;
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    warnings.add(`The page was blank when it had loaded; the picture was taken ${seconds} s later`);
  },
};
