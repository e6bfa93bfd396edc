import type { NetworkActivity } from "../../browser/devtools/network-activity.ts";
import type { PageSession } from "../../browser/devtools/page-session.ts";
import { awaitLoading } from "./await-loading.ts";
import { mostGrowths } from "./growth-plan.ts";
import { scrollWindow } from "./scroll-window.ts";

/**
 * Shows a page that is taller than any window part by part, so that everything in it loads, and goes back to its top. Returns whether
 * the page has an end: one that grows whenever its end is shown has none.
 */
export async function showParts(
  page: PageSession,
  { activity, limitPixels }: { activity: NetworkActivity; limitPixels: number },
  signal: AbortSignal,
): Promise<boolean> {
  let place = await scrollWindow(page, 0, signal);
  let growths = 0;
  while (place.topPixels + place.windowPixels < Math.min(place.documentPixels, limitPixels)) {
    const before = place.documentPixels;
    await scrollWindow(page, place.topPixels + place.windowPixels, signal);
    await awaitLoading(page, activity, signal);
    const next = await scrollWindow(page, place.topPixels + place.windowPixels, signal);
    if (next.documentPixels > before) growths += 1;
    if (growths > mostGrowths || next.topPixels <= place.topPixels) break;
    place = next;
  }
  await scrollWindow(page, 0, signal);
  await awaitLoading(page, activity, signal);
  return growths <= mostGrowths;
}
