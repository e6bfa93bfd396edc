import type { PageSession } from "../../browser/devtools/page-session.ts";

/** Where a window is in its document, in CSS pixels. */
interface WindowPlace {
  topPixels: number;
  windowPixels: number;
  documentPixels: number;
}

/** Scrolls at once, also on pages with smooth scrolling. */
const scrollTo = `(top) => {
  window.scrollTo({ top, left: 0, behavior: "instant" });
  const { documentElement, body } = document;
  return {
    topPixels: scrollY,
    windowPixels: innerHeight,
    documentPixels: Math.max(documentElement.scrollHeight, body?.scrollHeight ?? 0),
  };
}`;

/** Scrolls the window and returns where it came to. */
export async function scrollWindow(
  page: PageSession,
  topPixels: number,
  signal: AbortSignal,
): Promise<WindowPlace> {
  return await page.world.call<WindowPlace>(scrollTo, [topPixels], signal);
}
