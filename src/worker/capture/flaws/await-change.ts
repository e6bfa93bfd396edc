import { systemClock } from "../../../platform/process/clock.ts";
import { NetworkActivity } from "../../browser/devtools/network-activity.ts";
import { captureThumbnail, measureWindow } from "../../browser/devtools/page-screenshot.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { isDoneWithin } from "../steps/wait-limit.ts";
import { isPlainPicture } from "./plain-picture.ts";

const mostMilliseconds = 3000;
const waitShare = 1 / 3;
const lookMilliseconds = 250;
const edgePixels = 100;

/** Without scripts, frames, and parts that are still loading, a page stays as it is. */
const mayChange = `() => document.scripts.length > 0 || document.querySelector("iframe, frame, object, embed") !== null
  || [...document.images].some((image) => !image.complete) || document.fonts.status === "loading"`;

/**
 * Waits, for a limited time, until a page whose picture was blank shows something and has loaded it. Returns false at once if the page
 * cannot change.
 */
export async function awaitChange(state: CaptureInProgress): Promise<boolean> {
  const { page, deadline } = state;
  if (!(await page.world.call<boolean>(mayChange, [], deadline.signal))) return false;
  const limitMilliseconds = Math.min(mostMilliseconds, deadline.remainingMilliseconds * waitShare);
  await isDoneWithin(limitMilliseconds, deadline, async (signal) => {
    const activity = await NetworkActivity.open(page, signal);
    let isBlank = true;
    while (isBlank) {
      await systemClock.sleep(lookMilliseconds, signal);
      await activity.untilQuiet(signal);
      const area = await measureWindow(page, signal);
      const options = { area, edgePixels, isInWindow: true };
      isBlank = await isPlainPicture(await captureThumbnail(page, options, signal));
    }
  });
  return true;
}
