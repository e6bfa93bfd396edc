import type { PageSession } from "../../browser/devtools/page-session.ts";
import { findInnerScroller } from "./inner-scroller.ts";

/** What of a page its window does not show, in CSS pixels. */
export interface PageOverflow {
  /** Height of the document. */
  documentPixels: number;
  /** What the document is taller than the window. */
  belowPixels: number;
  /** What the content of an element is taller than the element, if that scrolls instead of the document. */
  insidePixels: number;
}

const measureInside = `() => {
  ${findInnerScroller}
  const scroller = globalThis.stillsScroller = globalThis.stillsScroller ?? findInnerScroller();
  if (scroller === undefined) return 0;
  scroller.scrollTop = 0;
  return Math.max(0, scroller.scrollHeight - scroller.clientHeight);
}`;

/** Measures document and window alike: on a phone the window's pixels are not those of the device. */
export async function measureOverflow(
  page: PageSession,
  signal: AbortSignal,
): Promise<PageOverflow> {
  const metrics = await page.call("Page.getLayoutMetrics", undefined, signal);
  const { cssContentSize, cssLayoutViewport } = metrics;
  const belowPixels = Math.ceil(cssContentSize.height - cssLayoutViewport.clientHeight);
  return {
    documentPixels: Math.ceil(cssContentSize.height),
    belowPixels: Math.max(0, belowPixels),
    insidePixels: belowPixels > 0 ? 0 : await page.world.call<number>(measureInside, [], signal),
  };
}
