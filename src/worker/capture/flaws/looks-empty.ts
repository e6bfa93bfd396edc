import type { PageSession } from "../../browser/devtools/page-session.ts";
import { walkElements } from "../whole-page/page-script.ts";

/** Ends at the first thing that can be seen, which is among the first elements of almost every page. */
const look = `() => {
  ${walkElements}
  const paints = (element) => {
    if (element.matches("img, video, canvas, svg, iframe, frame, embed, object, input, button, textarea, select")) return true;
    if ([...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "")) return true;
    const { backgroundColor, backgroundImage, borderTopStyle } = getComputedStyle(element);
    return backgroundImage !== "none" || borderTopStyle !== "none" || !/^rgba\\(.*, 0\\)$/.test(backgroundColor);
  };
  for (const element of elementsIn(document)) {
    if (element.matches("head, head *, script, style, noscript, template")) continue;
    const { width, height } = element.getBoundingClientRect();
    if (width === 0 || height === 0 || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (paints(element)) return false;
  }
  return true;
}`;

/** Whether a document shows nothing at all, as far as its elements tell. */
export async function looksEmpty(page: PageSession, signal: AbortSignal): Promise<boolean> {
  return await page.world.call<boolean>(look, [], signal);
}
