import type { PageSession } from "../../browser/devtools/page-session.ts";
import { walkElements } from "../whole-page/page-script.ts";

/** Text that is transparent counts: somebody is meant to read it. */
const count = `(from, to) => {
  ${walkElements}
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 2);
  let found = 0;
  for (const element of elementsIn(document)) {
    if (!hasText(element) && !element.matches("img, video, canvas, iframe")) continue;
    if (element.matches("script, style, noscript, template") || !element.checkVisibility({ visibilityProperty: true })) continue;
    const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
    if (width > 0 && height > 0 && top + scrollY >= from && bottom + scrollY <= to && right > 0 && left < innerWidth) found += 1;
  }
  return found;
}`;

/** How many texts and pictures a page has between two heights. */
export async function countContent(
  page: PageSession,
  { fromPixels, toPixels }: { fromPixels: number; toPixels: number },
  signal: AbortSignal,
): Promise<number> {
  return await page.world.call<number>(count, [fromPixels, toPixels], signal);
}
