import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { systemClock } from "../../../platform/process/clock.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { tallestPixels } from "./picture-limits.ts";

/** How often a page may grow while it is scrolled, before it is cut: an endless feed always does. */
const mostGrowths = 10;
/** Share of the time that remains when scrolling begins. */
const scrollShare = 0.5;
const defaultDelayMilliseconds = 400;

/** Scrolls at once, also on pages with smooth scrolling. Returns the height of the document. */
const scrollTo = `(top) => {
  window.scrollTo({ top, left: 0, behavior: "instant" });
  const { documentElement, body } = document;
  return Math.max(documentElement.scrollHeight, body?.scrollHeight ?? 0);
}`;

interface ScrollPlan {
  stepPixels: number;
  delayMilliseconds: number;
  tallestPixels: number;
  endsAtMilliseconds: number;
}

/** Scrolls to the end of the page and back, so that lazy images load. */
export const scrollThroughStep: CaptureStep = {
  activity: "scrolling through the page",
  stage: "settle",
  appliesTo: ({ extent, fullPage }) => extent === "FullPage" && (fullPage?.scroll ?? true),
  run: async (state) => {
    const plan = planScroll(state.capture, state);
    const cutAtPixels = await scrollDown(state, plan);
    if (cutAtPixels !== undefined) cut(state, cutAtPixels);
  },
};

function planScroll(capture: CaptureSpec, state: CaptureInProgress): ScrollPlan {
  const { fullPage, viewport } = capture;
  return {
    stepPixels: fullPage?.scrollByPixels ?? viewport.heightPixels,
    delayMilliseconds: fullPage?.scrollDelayMilliseconds ?? defaultDelayMilliseconds,
    tallestPixels:
      fullPage?.maxHeightPixels ?? tallestPixels(capture, state.environment.maxAreaPixels),
    endsAtMilliseconds: performance.now() + state.deadline.remainingMilliseconds * scrollShare,
  };
}

/** Scrolls down and back to the top. Returns the height at which to cut an endless page; undefined for other pages. */
async function scrollDown(state: CaptureInProgress, plan: ScrollPlan): Promise<number | undefined> {
  const { signal } = state.deadline;
  const windowPixels = state.capture.viewport.heightPixels;
  let heightPixels = await scroll(state, 0);
  if (heightPixels <= windowPixels) return undefined;
  let growths = 0;
  let topPixels = 0;
  let isCut = false;
  while (topPixels + windowPixels < Math.min(heightPixels, plan.tallestPixels)) {
    topPixels += plan.stepPixels;
    await scroll(state, topPixels);
    await systemClock.sleep(plan.delayMilliseconds, signal);
    const nowPixels = await scroll(state, topPixels);
    if (nowPixels > heightPixels) growths += 1;
    isCut = growths > mostGrowths || performance.now() > plan.endsAtMilliseconds;
    if (isCut) break;
    heightPixels = nowPixels;
  }
  await scroll(state, 0);
  // Page headers that hide on scrolling down need time to come back.
  await systemClock.sleep(plan.delayMilliseconds, signal);
  return isCut ? Math.min(heightPixels, topPixels + windowPixels) : undefined;
}

function scroll({ page, deadline }: CaptureInProgress, topPixels: number): Promise<number> {
  return page.world.call<number>(scrollTo, [topPixels], deadline.signal);
}

function cut(state: CaptureInProgress, heightPixels: number): void {
  state.cutHeightPixels = heightPixels;
  state.warnings.add(
    `The page kept growing or took too long to scroll through; the picture ends after ${heightPixels} CSS pixels, where scrolling stopped. Set fullPage.maxHeightPixels to choose where`,
  );
}
