import { findElement, selectorInvalid } from "../steps/selectors.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { findInnerScroller } from "../whole-page/inner-scroller.ts";
import { restScrolling } from "../whole-page/rest-scrolling.ts";
import type { Easing } from "./easing.ts";
import { endOf, planScroll, scrollOptionsOf, scrollPositionAt } from "./scroll-plan.ts";

const usualEasing: Easing = "EaseInOutQuint";

/** The document, or the element in which an app's content scrolls while its document does not. */
const measureDistance = `() => {
  ${findInnerScroller}
  const root = document.scrollingElement ?? document.documentElement;
  const own = root.scrollHeight - innerHeight;
  const inner = own > 8 ? undefined : findInnerScroller();
  globalThis.stillsScroller = inner ?? root;
  return Math.max(0, inner === undefined ? own : inner.scrollHeight - inner.clientHeight);
}`;

/** Where an element is in the scroller. */
const measureElement = `(selector) => {
  ${findElement}
  let element;
  try { element = find(selector, true); } catch { return "Invalid"; }
  if (element === undefined) return "Missing";
  const scroller = globalThis.stillsScroller;
  const root = document.scrollingElement ?? document.documentElement;
  const top = scroller === root ? 0 : scroller.getBoundingClientRect().top;
  return Math.round(boxOf(element).top - top + scroller.scrollTop);
}`;

const scrollTo = `(top) => globalThis.stillsScroller.scrollTo({ top, behavior: "instant" })`;

/** Scrolls the page of a recording. */
export interface PageScroller {
  /** When it has come to its end; undefined if nothing scrolls. */
  readonly endMilliseconds: number | undefined;
  scrollAt(milliseconds: number): Promise<void>;
}

/**
 * Plans how the page scrolls, by its height when the recording begins. It starts at its top, without smooth or snapping scrolling.
 * @throws Failure(SelectorInvalid)
 */
export async function openScroller(state: CaptureInProgress): Promise<PageScroller | undefined> {
  const { page, capture, deadline } = state;
  const { animation } = capture;
  if (animation?.scenario !== "Scroll") return undefined;
  await restScrolling(page, deadline.signal);
  const distance = await distanceOf(state);
  const easing = animation.scrollEasing ?? usualEasing;
  const plan = planScroll(scrollOptionsOf(animation), easing, distance);
  return {
    endMilliseconds: plan.length === 0 ? undefined : endOf(plan),
    scrollAt: async (milliseconds) => {
      const top = scrollPositionAt(plan, milliseconds, easing);
      await page.world.call(scrollTo, [top], deadline.signal);
    },
  };
}

/** How far the page scrolls: to its end, or to the element that the job names. */
async function distanceOf({
  page,
  capture,
  deadline,
  warnings,
}: CaptureInProgress): Promise<number> {
  const whole = await page.world.call<number>(measureDistance, [], deadline.signal);
  const { scrollTillSelector: selector, scrollTillSelectorAdjustTopPixels: adjust = 0 } =
    capture.animation ?? {};
  if (selector === undefined) return whole;
  const found = await page.world.call<number | string>(measureElement, [selector], deadline.signal);
  if (found === "Invalid") throw selectorInvalid(selector, "animation.scrollTillSelector");
  if (typeof found === "number") return Math.min(whole, Math.max(0, found + adjust));
  warnings.add(
    `Nothing visible matched animation.scrollTillSelector "${selector}"; the page was scrolled to its end`,
  );
  return whole;
}
