import type { PageSession } from "../../browser/devtools/page-session.ts";
import { findElement } from "../steps/selectors.ts";
import { overlays } from "../whole-page/overlays.ts";

/**
 * What is fixed or sticky, modal or a popover, and neither contains the element nor is in it, is hidden: it is not part of it. Sticky
 * elements around it stay where they are without scrolling.
 */
const uncover = `(selector) => {
  ${findElement}
  ${overlays}
  const target = find(selector, true);
  if (target === undefined) return;
  const isApart = (element) => !containsDeep(element, target) && !containsDeep(target, element);
  const found = [...elementsIn(document)].map((element) => [element, getComputedStyle(element)]);
  for (const [element, style] of found) {
    if (isApart(element)) {
      if (element.matches(":modal, :popover-open")) setStyle(element, "display", "none");
      else if ((style.position === "fixed" || style.position === "sticky") && !isBackground(element, style)) hideFixed(element);
    } else if (style.position === "sticky") settleSticky(element);
  }
}`;

/**
 * Opens what scrolls around the element if the element does not fit into it, so that all of it is drawn.
 */
const openAround = `(selector) => {
  ${findElement}
  ${overlays}
  const target = find(selector, true);
  if (target === undefined) return;
  const { height, width } = target.getBoundingClientRect();
  const root = document.documentElement;
  for (let outer = target.parentElement ?? target.getRootNode().host; outer; outer = outer.parentElement ?? outer.getRootNode().host) {
    if (outer === document.body || outer === root) continue;
    const { overflowX, overflowY } = getComputedStyle(outer);
    if (overflowX === "visible" && overflowY === "visible") continue;
    if (outer.clientHeight >= Math.floor(height) && outer.clientWidth >= Math.floor(width)) continue;
    setStyle(outer, "overflow", "visible");
    setStyle(outer, "contain", "none");
    if (outer.clientHeight < height) {
      setStyle(outer, "height", "auto");
      setStyle(outer, "max-height", "none");
    }
  }
}`;

const center = `(selector) => {
  ${findElement}
  const target = find(selector, true);
  // An element without a box of its own is where its first child is.
  const boxed = (element) => element.getClientRects().length > 0 ? element : [...element.children].find(isVisible) ?? element;
  if (target !== undefined) boxed(target).scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
}`;

/** Makes the whole of the element visible, with nothing over it that is not part of it. */
export async function uncoverElement(
  page: PageSession,
  selector: string,
  { scrollIntoView, opensAround }: { scrollIntoView: boolean; opensAround: boolean },
  signal: AbortSignal,
): Promise<void> {
  await page.world.call(uncover, [selector], signal);
  if (opensAround) await page.world.call(openAround, [selector], signal);
  if (scrollIntoView) await page.world.call(center, [selector], signal);
}
