import { systemClock } from "../../../platform/process/clock.ts";
import type { NetworkActivity } from "../../browser/devtools/network-activity.ts";
import type { PageSession } from "../../browser/devtools/page-session.ts";
import { nextFrames } from "./next-frames.ts";
import { walkElements } from "./page-script.ts";

/** Some loaders want an element to stay in view for a moment before they begin. */
const dwellMilliseconds = 400;

/** A scroll event, for loaders that listen to nothing else. */
const tellScrolled = `() => {
  const scroller = globalThis.stillsScroller;
  document.dispatchEvent(new Event("scroll", { bubbles: true }));
  scroller?.dispatchEvent(new Event("scroll"));
}`;

/**
 * Decodes what has come, since a picture taken before may lack large images, and counts what has not: images that are incomplete, or
 * that still show a stand-in for the address in their data attributes.
 */
const decodeImages = `async () => {
  ${walkElements}
  const isInWindow = (element) => {
    if (element.getClientRects().length === 0) return false;
    const { top, bottom } = element.getBoundingClientRect();
    return bottom >= 0 && top <= innerHeight;
  };
  const addressOf = (text) => URL.parse(text, document.baseURI)?.href;
  const hasStandIn = ({ dataset, currentSrc }) => {
    const wanted = dataset.src ?? dataset.lazySrc ?? dataset.original ?? dataset.lazy;
    return wanted !== undefined && addressOf(wanted) !== currentSrc;
  };
  const decoded = [];
  let missing = 0;
  for (const element of elementsIn(document)) {
    if (element.localName === "img") {
      const isWanted = element.hasAttribute("src") || element.hasAttribute("srcset");
      if (element.complete && element.naturalWidth > 0) decoded.push(element.decode().catch(() => {}));
      if (((isWanted && !element.complete) || hasStandIn(element)) && isInWindow(element)) missing += 1;
    } else if (element.localName === "video" && element.poster) {
      const poster = new Image();
      poster.src = element.poster;
      decoded.push(poster.decode().catch(() => {}));
    }
  }
  await Promise.all(decoded);
  return missing;
}`;

/**
 * Waits until nothing is loading any more: no request and no frame, images are decoded, and two frames drawn afterwards asked for
 * nothing new. There is no pause where nothing is missing.
 */
export async function awaitLoading(
  page: PageSession,
  activity: NetworkActivity,
  signal: AbortSignal,
): Promise<void> {
  await page.world.call(tellScrolled, [], signal);
  await nextFrames(page, signal);
  let mayDwell = true;
  for (;;) {
    await activity.untilQuiet(signal);
    const { begun } = activity;
    const missing = await page.world.call<number>(decodeImages, [], signal);
    await nextFrames(page, signal);
    if (activity.begun !== begun || !activity.isQuiet) continue;
    if (missing === 0 || !mayDwell) return;
    mayDwell = false;
    await systemClock.sleep(dwellMilliseconds, signal);
  }
}
