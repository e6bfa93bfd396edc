import type { PageSession } from "../../browser/devtools/page-session.ts";
import { changeStyles, walkElements } from "./page-script.ts";

/**
 * Only elements whose computed value is "auto" become visible: a rule for all would show hidden tabs. At the top, fixed and sticky
 * elements are painted where the first screen has them.
 */
const rest = `() => {
  ${walkElements}
  ${changeStyles}
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { scroll-behavior: auto !important; scroll-snap-type: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  (globalThis.stillsUndo ??= []).push(() => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  });
  const skipped = [...elementsIn(document)].filter((e) => getComputedStyle(e).contentVisibility === "auto");
  for (const element of skipped) setStyle(element, "content-visibility", "visible");
  window.scrollTo({ left: 0, top: 0, behavior: "instant" });
}`;

/** Makes a document ready to be captured as a whole: at its top, without smooth or snapping scrolling, with nothing skipped. */
export async function restScrolling(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.world.call(rest, [], signal);
}
