import type { NetworkActivity } from "../../browser/devtools/network-activity.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { awaitLoading } from "./await-loading.ts";
import { planGrowth, type GrowthStep } from "./growth-plan.ts";
import type { LoadedPage } from "./loaded-page.ts";
import { openScroller } from "./open-scroller.ts";
import { measureOverflow } from "./page-overflow.ts";
import { pinHeights, rememberHeights } from "./pin-heights.ts";
import { resizeWindow } from "./resize-window.ts";
import { showParts } from "./show-parts.ts";

/** How a page is brought to load everything. */
interface Loading {
  activity: NetworkActivity;
  /** Tells what is reached, also when the signal ends the work. */
  loaded: LoadedPage;
  /** No picture is taller, in CSS pixels. */
  limitPixels: number;
}

/**
 * Lets the window grow until it shows the whole page, waiting each time for exactly what begins to load: so lazy content, reveals in
 * both directions, virtual lists and inner scrollers come without a scroll step.
 */
export async function loadWholePage(
  state: CaptureInProgress,
  loading: Loading,
  signal: AbortSignal,
): Promise<void> {
  const { activity, loaded, limitPixels } = loading;
  await awaitLoading(state.page, activity, signal);
  const end = await growWithPage(state, loading, signal);
  if (end === "Tall") {
    loaded.isTall = true;
    loaded.isWhole = await showParts(state.page, { activity, limitPixels }, signal);
  } else loaded.isWhole = end === "Done";
}

async function growWithPage(
  state: CaptureInProgress,
  { activity, loaded, limitPixels }: Loading,
  signal: AbortSignal,
): Promise<GrowthStep["kind"]> {
  const { page } = state;
  for (;;) {
    const overflow = await measureOverflow(page, signal);
    loaded.shownPixels = overflow.documentPixels - overflow.belowPixels;
    const { windowPixels, growths } = loaded;
    const step = planGrowth({ windowPixels, overflow, growths, limitPixels });
    if (step.kind !== "Grow") return step.kind;
    if (overflow.insidePixels > 0) loaded.isInside = true;
    const growth = { beforePixels: windowPixels, afterPixels: step.heightPixels };
    // Some scripts follow the window a moment later.
    if (loaded.growth !== undefined) await pinHeights(page, loaded.growth, signal);
    await rememberHeights(page, signal);
    loaded.growth = growth;
    loaded.growths += 1;
    loaded.windowPixels = step.heightPixels;
    await resizeWindow(state, step.heightPixels, signal);
    if (loaded.isInside) await openScroller(page, signal);
    await pinHeights(page, growth, signal);
    await awaitLoading(page, activity, signal);
    await pinHeights(page, growth, signal);
  }
}
