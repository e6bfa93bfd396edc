import type { PageArea } from "../../browser/devtools/page-screenshot.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { findElement } from "../steps/selectors.ts";

/** Where an element is in its document, and what there is to know of the place. */
export interface MeasuredElement {
  /** In whole CSS pixels from the top left corner of the document, as far as that reaches. */
  area: PageArea;
  /** All of it is in the window. */
  isInWindow: boolean;
  /** Height of the window, in CSS pixels. */
  windowPixels: number;
  /** What lies over the middle of it although it is no part of it, as a selector; empty if nothing does. */
  coveredBy: string;
}

/**
 * A transform counts as drawn: the area of a rotated element is that of its bounding box. With `isClipped`, what the elements around it
 * show of the element: nobody knows that better than an intersection observer, whose margin takes the window's own edges away.
 */
const measure = `async (selector, isClipped) => {
  ${findElement}
  const element = find(selector, true);
  if (element === undefined) return null;
  const visible = () => new Promise((resolve) => {
    const observer = new IntersectionObserver(([entry]) => { observer.disconnect(); resolve(entry.intersectionRect); }, { rootMargin: "200000px" });
    observer.observe(element);
  });
  const { left, top, right, bottom } = isClipped ? await visible() : boxOf(element);
  if (right <= left || bottom <= top || right + scrollX <= 0 || bottom + scrollY <= 0) return null;
  const x = Math.max(0, Math.floor(left + scrollX));
  const y = Math.max(0, Math.floor(top + scrollY));
  const isInWindow = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
  const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const isPart = over === null || over === document.documentElement || over.contains(element) || element.contains(over)
    || element.getRootNode() !== document;
  const nameOf = ({ localName, id, classList }) => localName + (id ? "#" + id : "") + (classList[0] ? "." + classList[0] : "");
  return {
    area: {
      xPixels: x,
      yPixels: y,
      widthPixels: Math.ceil(right + scrollX) - x,
      heightPixels: Math.ceil(bottom + scrollY) - y,
    },
    isInWindow,
    windowPixels: innerHeight,
    coveredBy: isPart ? "" : nameOf(over),
  };
}`;

/** Measures the element that is to be captured; undefined if nothing visible matches, or it lies outside the page. */
export async function measureElement({
  page,
  capture,
  deadline,
}: CaptureInProgress): Promise<MeasuredElement | undefined> {
  const { selector = "", algorithm } = capture.element ?? {};
  const measured = await page.world.call<MeasuredElement | null>(
    measure,
    [selector, algorithm === "Clip"],
    deadline.signal,
  );
  return measured ?? undefined;
}
