import { isPictureFormat } from "../../../api/options/formats.ts";
import { NetworkActivity } from "../../browser/devtools/network-activity.ts";
import { loadWholePage } from "../whole-page/load-whole-page.ts";
import { newLoadedPage, type LoadedPage } from "../whole-page/loaded-page.ts";
import { missingContentWarning } from "../whole-page/missing-content.ts";
import { resizeWindow } from "../whole-page/resize-window.ts";
import { restorePage } from "../whole-page/restore-page.ts";
import { scrollAsAsked } from "../whole-page/scroll-as-asked.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { tallestPixels } from "./picture-limits.ts";
import { isDoneWithin } from "./wait-limit.ts";

/** Loading everything takes no longer than this, nor than a third of the time that is left. */
const mostMilliseconds = 5000;
const loadingShare = 1 / 3;

/** Brings the page to load everything that the picture of the whole of it shows; its window stays as high as it has become. */
export const loadWholePageStep: CaptureStep = {
  activity: "loading the whole page",
  stage: "settle",
  appliesTo: ({ extent, fullPage }) => extent === "FullPage" && (fullPage?.scroll ?? true),
  run: async (state) => {
    const { page, capture, deadline } = state;
    const limitPixels =
      capture.fullPage?.maxHeightPixels ?? tallestPixels(capture, state.environment.maxAreaPixels);
    const cutPixels = asksForSteps(state) ? await scrollAsAsked(state, limitPixels) : undefined;
    const loaded = newLoadedPage(capture.viewport.heightPixels);
    state.loadedPage = loaded;
    const activity = await NetworkActivity.open(page, deadline.signal);
    const limitMilliseconds = Math.min(
      mostMilliseconds,
      deadline.remainingMilliseconds * loadingShare,
    );
    const loading = { activity, loaded, limitPixels: cutPixels ?? limitPixels };
    const isDone = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
      loadWholePage(state, loading, signal),
    );
    if (!isDone) await warnOfMissing(state, limitMilliseconds);
    cutEndlessPage(state, loaded, cutPixels);
    if (!isPictureFormat(capture.format)) await leavePage(state);
  },
};

/** A PDF is laid out for its paper, and a text is what the page made. */
async function leavePage(state: CaptureInProgress): Promise<void> {
  const { page, capture, deadline } = state;
  await resizeWindow(state, capture.viewport.heightPixels, deadline.signal);
  await restorePage(page, deadline.signal);
}

function asksForSteps({ capture: { fullPage } }: CaptureInProgress): boolean {
  return fullPage?.scrollDelayMilliseconds !== undefined || fullPage?.scrollByPixels !== undefined;
}

async function warnOfMissing(state: CaptureInProgress, limitMilliseconds: number): Promise<void> {
  const { page, deadline, warnings } = state;
  const warning = await missingContentWarning(page, limitMilliseconds, deadline.signal);
  if (warning !== undefined) warnings.add(warning);
}

/** A page that had grown only once when the time was over is a slow one, not one without an end. */
function cutEndlessPage(
  state: CaptureInProgress,
  loaded: LoadedPage,
  cutPixels: number | undefined,
): void {
  const grewOn = !loaded.isWhole && !loaded.isTall && loaded.growths > 1;
  const heightPixels = cutPixels ?? (grewOn ? loaded.shownPixels : undefined);
  if (heightPixels === undefined) return;
  state.cutHeightPixels = heightPixels;
  state.warnings.add(
    `The page kept growing or took too long to scroll through; the picture ends after ${heightPixels} CSS pixels. Set fullPage.maxHeightPixels to choose where`,
  );
}
