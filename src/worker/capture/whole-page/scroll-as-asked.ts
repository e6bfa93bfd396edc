import { systemClock } from "../../../platform/process/clock.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { mostGrowths } from "./growth-plan.ts";
import { scrollWindow } from "./scroll-window.ts";

/** Share of the time that remains when scrolling begins. */
const scrollShare = 0.5;
const defaultDelayMilliseconds = 400;

/**
 * Scrolls to the end of the page and back, in the steps and with the pauses of the caller. Returns the height at which an endless page
 * is to be cut; undefined for other pages.
 */
export async function scrollAsAsked(
  { page, capture, deadline }: CaptureInProgress,
  limitPixels: number,
): Promise<number | undefined> {
  const { signal } = deadline;
  const { scrollByPixels, scrollDelayMilliseconds = defaultDelayMilliseconds } =
    capture.fullPage ?? {};
  const endsAtMilliseconds = performance.now() + deadline.remainingMilliseconds * scrollShare;
  let { windowPixels, documentPixels } = await scrollWindow(page, 0, signal);
  if (documentPixels <= windowPixels) return undefined;
  const stepPixels = scrollByPixels ?? windowPixels;
  let growths = 0;
  let topPixels = 0;
  let isCut = false;
  while (!isCut && topPixels + windowPixels < Math.min(documentPixels, limitPixels)) {
    topPixels += stepPixels;
    await scrollWindow(page, topPixels, signal);
    await systemClock.sleep(scrollDelayMilliseconds, signal);
    const now = await scrollWindow(page, topPixels, signal);
    if (now.documentPixels > documentPixels) growths += 1;
    isCut = growths > mostGrowths || performance.now() > endsAtMilliseconds;
    if (!isCut) documentPixels = now.documentPixels;
  }
  await scrollWindow(page, 0, signal);
  // Page headers that hide on scrolling down need time to come back.
  await systemClock.sleep(scrollDelayMilliseconds, signal);
  return isCut ? Math.min(documentPixels, topPixels + windowPixels) : undefined;
}
