import type { PageSession } from "../../browser/devtools/page-session.ts";
import { changeStyles } from "./page-script.ts";

const open = `() => {
  ${changeStyles}
  const scroller = globalThis.stillsScroller;
  if (scroller === undefined || scroller.scrollHeight - scroller.clientHeight <= 8) return;
  const frame = scroller === scroller.ownerDocument.scrollingElement ? scroller.ownerDocument.defaultView.frameElement : null;
  const element = frame ?? scroller;
  const heightPixels = element.offsetHeight + scroller.scrollHeight - scroller.clientHeight;
  setStyle(element, "height", heightPixels + "px");
  setStyle(element, "max-height", "none");
  setStyle(element, "flex-shrink", "0");
  setStyle(element, "box-sizing", "border-box");
  const root = document.documentElement;
  for (let outer = element.parentElement; outer && outer !== document.body && outer !== root; outer = outer.parentElement) {
    if (outer.clientHeight >= heightPixels || getComputedStyle(outer).overflowY === "visible") continue;
    setStyle(outer, "height", "auto");
    setStyle(outer, "max-height", "none");
    setStyle(outer, "overflow-y", "visible");
  }
}`;

/** Makes the element in which the content scrolls as high as its content, if it has not become so with the window. */
export async function openScroller(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.world.call(open, [], signal);
}
