import type { PageArea } from "../../browser/devtools/page-screenshot.ts";
import type { CaptureInProgress } from "./capture-step.ts";
import { capturedElementMissing } from "./missing-element.ts";
import { findElement } from "./selectors.ts";

/**
 * In whole CSS pixels from the top left corner of the document. With `isClipped`, what the elements around it show of the element:
 * nobody knows that better than an intersection observer, whose margin takes the window's own edges away.
 */
const measureElement = `async (selector, isClipped) => {
  ${findElement}
  const element = find(selector, true);
  if (element === undefined) return null;
  const visible = () => new Promise((resolve) => {
    const observer = new IntersectionObserver(([entry]) => { observer.disconnect(); resolve(entry.intersectionRect); }, { rootMargin: "200000px" });
    observer.observe(element);
  });
  const { left, top, right, bottom } = isClipped ? await visible() : element.getBoundingClientRect();
  if (right <= left || bottom <= top) return null;
  const x = Math.max(0, Math.floor(left + scrollX));
  const y = Math.max(0, Math.floor(top + scrollY));
  return {
    xPixels: x,
    yPixels: y,
    widthPixels: Math.ceil(right + scrollX) - x,
    heightPixels: Math.ceil(bottom + scrollY) - y,
  };
}`;

/**
 * Where the element to capture is. An element that was removed after it was found counts as missing; then undefined, if the page is
 * to be captured instead.
 */
export async function elementArea(state: CaptureInProgress): Promise<PageArea | undefined> {
  const { page, capture, deadline } = state;
  const { selector = "", algorithm, whenMissing } = capture.element ?? {};
  const area = await page.world.call<PageArea | null>(
    measureElement,
    [selector, algorithm === "Clip"],
    deadline.signal,
  );
  if (area === null && whenMissing !== "CaptureExtent") throw capturedElementMissing(selector);
  return area ?? undefined;
}
