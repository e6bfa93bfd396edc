import type { PageSession } from "../../browser/devtools/page-session.ts";
import { findElement } from "../steps/selectors.ts";

const explain = `(selector) => {
  ${findElement}
  let matches = [];
  try { matches = findAll(selector); } catch {}
  const [element] = matches;
  if (element === undefined) return "";
  const hidden = (() => {
    if (element.getClientRects().length === 0 && !element.checkVisibility()) return "is not displayed (display: none)";
    if (!element.checkVisibility({ visibilityProperty: true })) return "is hidden (visibility: hidden)";
    const { width, height } = element.getBoundingClientRect();
    return "has no size (" + Math.round(width) + " x " + Math.round(height) + " pixels)";
  })();
  return (matches.length === 1 ? "the element that matches " : "the first of " + matches.length + " elements that match ") + hidden;
}`;

/** Says why none of the elements that match a selector can be seen; undefined if none matches. */
export async function whyInvisible(
  page: PageSession,
  selector: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const text = await page.world.call<string>(explain, [selector], signal);
  return text === "" ? undefined : text;
}
