import type { CaptureInProgress } from "../steps/capture-step.ts";
import { isDoneWithin } from "../steps/wait-limit.ts";
import { settleAnimations } from "./animation-script.ts";
import { hideCaret } from "./hide-caret.ts";
import { settleDocument } from "./settle-document.ts";

/** What ends may begin another one, but not for ever. */
const mostRounds = 5;
const mostMilliseconds = 3000;
const mostShare = 1 / 5;

const settleOne = `function () { ${settleAnimations} settle([this]); }`;

/**
 * Brings finite animations and transitions to their end, holds infinite ones still and hides the caret, unless the job asks for the
 * moment as it is. May be called again, after the page was changed. A page that does not come to rest is captured as it is.
 */
export async function bringToRest(state: CaptureInProgress): Promise<void> {
  const { page, capture, deadline } = state;
  if (capture.animations === "AsIs") return;
  const limitMilliseconds = Math.min(mostMilliseconds, deadline.remainingMilliseconds * mostShare);
  await isDoneWithin(limitMilliseconds, deadline, async (signal) => {
    await hideCaret(page, signal);
    for (let round = 0; round < mostRounds; round += 1)
      if ((await settleDocument(page, signal)) === 0) break;
    // What is left is in closed shadow roots.
    await state.animations?.forEachRunning(settleOne, signal);
  });
}
