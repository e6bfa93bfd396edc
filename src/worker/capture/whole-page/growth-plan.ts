import type { PageOverflow } from "./page-overflow.ts";

/** Chromium draws a window of this height without trouble; what a page has beyond is shown to it in parts. */
export const tallestWindowPixels = 20_000;
/** How often a page may grow with its window: a list may load ten times, an endless feed does for ever. */
export const mostGrowths = 10;
/** A pixel or two come from rounding. */
const toleratedPixels = 2;

interface Growth {
  /** Of the window now, in pixels of the device. */
  windowPixels: number;
  overflow: PageOverflow;
  /** How often the window has grown. */
  growths: number;
  /** No picture is taller. */
  limitPixels: number;
}

/** What comes next: a higher window, the parts below the highest window, or the end. */
export type GrowthStep =
  | { kind: "Grow"; heightPixels: number }
  /** All is in the window, or as much of it as the picture may show. */
  | { kind: "Done" }
  /** The page is taller than any window. */
  | { kind: "Tall" }
  /** It has grown whenever its window did. */
  | { kind: "Endless" };

/** Decides how the window follows the page. */
export function planGrowth({ windowPixels, overflow, growths, limitPixels }: Growth): GrowthStep {
  const missingPixels = overflow.belowPixels + overflow.insidePixels;
  if (missingPixels <= toleratedPixels || windowPixels >= limitPixels) return { kind: "Done" };
  if (growths >= mostGrowths) return { kind: "Endless" };
  if (windowPixels >= tallestWindowPixels)
    return growths > 1 || overflow.insidePixels > 0 ? { kind: "Endless" } : { kind: "Tall" };
  const wanted = windowPixels + missingPixels;
  return { kind: "Grow", heightPixels: Math.min(wanted, limitPixels, tallestWindowPixels) };
}
