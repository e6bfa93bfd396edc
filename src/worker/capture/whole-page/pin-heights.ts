import type { PageSession } from "../../browser/devtools/page-session.ts";
import type { WindowGrowth } from "./loaded-page.ts";
import { changeStyles, walkElements } from "./page-script.ts";

/** Layout heights, which no transform changes. */
const heightOf = `const heightOf = (element) => element.offsetHeight ?? element.getBoundingClientRect().height;`;

/** An inner scroller and what contains it have to grow, so only what is inside counts where there is one. */
const remember = `() => {
  ${walkElements}
  ${heightOf}
  const heights = globalThis.stillsHeights = new Map();
  const scroller = globalThis.stillsScroller;
  const root = scroller === undefined ? document
    : scroller === scroller.ownerDocument.scrollingElement ? scroller.ownerDocument : scroller;
  for (const element of elementsIn(root)) {
    // A picture without a size of its own grows when it has loaded.
    const isLoading = element.localName === "img" && !element.complete;
    heights.set(element, isLoading ? Number.NaN : heightOf(element));
  }
}`;

/**
 * An element that would be lower without a height of its own follows the window, by a style or by a script; one that would not has
 * grown by its content. Pictures and frames follow it if they have grown in proportion, or by as much.
 */
const pin = `(beforePixels, afterPixels) => {
  ${changeStyles}
  ${heightOf}
  const heights = globalThis.stillsHeights ?? new Map();
  const windowGrowth = afterPixels - beforePixels;
  const mostPinned = 500;
  const growthOf = (element) => heightOf(element) - heights.get(element);
  // Of one that follows the window, about as much was there before: what was closed and has opened is no such element.
  const hasGrown = (element) => {
    const share = growthOf(element) / windowGrowth;
    return share > 0.05 && heights.get(element) > beforePixels * share * 0.3;
  };
  const isReplaced = (element) => element.matches("img, video, canvas, iframe, embed, object, svg");
  const isNear = (one, other) => Math.abs(one - other) < other * 0.15;
  const follows = (element) => {
    const before = heights.get(element);
    const now = heightOf(element);
    if (isReplaced(element))
      return isNear(now / afterPixels, before / beforePixels) || isNear(now - before, windowGrowth);
    const { style } = element;
    const kept = style.cssText;
    style.setProperty("height", "auto", "important");
    style.setProperty("min-height", "0", "important");
    const without = heightOf(element);
    style.cssText = kept;
    return without < now - (now - before) / 2;
  };
  const isFixed = (element) => {
    for (let e = element; e instanceof Element; e = e.parentElement ?? e.getRootNode().host)
      if (getComputedStyle(e).position === "fixed") return true;
    return false;
  };
  const pinTo = (element, height) => {
    const { boxSizing, paddingTop, paddingBottom, borderTopWidth, borderBottomWidth } = getComputedStyle(element);
    const around = boxSizing === "border-box" ? 0
      : [paddingTop, paddingBottom, borderTopWidth, borderBottomWidth].reduce((sum, size) => sum + (parseFloat(size) || 0), 0);
    setStyle(element, "height", Math.max(0, height - around) + "px");
    setStyle(element, "min-height", "0");
    setStyle(element, "max-height", "none");
    setStyle(element, "flex", "none");
  };
  // Deepest first: what contains one of them has its own height again when that is pinned.
  const grown = [...heights.keys()].filter((e) => e.isConnected && "style" in e && hasGrown(e)).reverse();
  let pinned = 0;
  for (const element of grown.slice(0, mostPinned)) {
    if (element === element.ownerDocument.body || element === element.ownerDocument.documentElement) continue;
    if (!hasGrown(element) || isFixed(element) || !follows(element)) continue;
    pinTo(element, heights.get(element));
    pinned += 1;
  }
  return pinned;
}`;

/** Remembers the height of every element before the window grows. */
export async function rememberHeights(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.world.call(remember, [], signal);
}

/** Gives elements that have grown with the window their height again: a first screen of 100vh stays a first screen. */
export async function pinHeights(
  page: PageSession,
  { beforePixels, afterPixels }: WindowGrowth,
  signal: AbortSignal,
): Promise<void> {
  await page.world.call(pin, [beforePixels, afterPixels], signal);
}
