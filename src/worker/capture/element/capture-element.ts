import { NetworkActivity } from "../../browser/devtools/network-activity.ts";
import { stopScripts } from "../../browser/devtools/page-emulation.ts";
import {
  captureScreenshot,
  type ScreenshotOptions,
} from "../../browser/devtools/page-screenshot.ts";
import { bringToRest } from "../rest/bring-to-rest.ts";
import type { CaptureInProgress, Shot } from "../steps/capture-step.ts";
import { checkPictureSize } from "../steps/picture-limits.ts";
import { isDoneWithin } from "../steps/wait-limit.ts";
import { awaitLoading } from "../whole-page/await-loading.ts";
import { captureParts } from "../whole-page/capture-parts.ts";
import { tallestWindowPixels } from "../whole-page/growth-plan.ts";
import { nextFrames } from "../whole-page/next-frames.ts";
import { pinHeights, rememberHeights } from "../whole-page/pin-heights.ts";
import { resizeWindow } from "../whole-page/resize-window.ts";
import { measureElement, type MeasuredElement } from "./measure-element.ts";
import { uncoverElement } from "./uncover-element.ts";

type Encoding = Pick<ScreenshotOptions, "format" | "quality">;

/** What begins to load when a tall element is shown as a whole. */
const mostLoadingMilliseconds = 5000;
const loadingShare = 1 / 3;

/** Takes the picture of the element alone; undefined if nothing visible matches any more. */
export async function captureElement(
  state: CaptureInProgress,
  encoding: Encoding,
): Promise<Shot | undefined> {
  const { page, capture, deadline, environment } = state;
  const { signal } = deadline;
  const selector = capture.element?.selector ?? "";
  const scrollIntoView = capture.element?.scrollIntoView ?? true;
  const opensAround = capture.element?.algorithm !== "Clip";
  await uncoverElement(page, selector, { scrollIntoView, opensAround }, signal);
  await nextFrames(page, signal);
  const seen = await measureElement(state);
  if (seen !== undefined && seen.area.heightPixels > seen.windowPixels)
    await showAsWhole(state, seen);
  await bringToRest(state);
  await stopScripts(page, signal);
  const element = await measureElement(state);
  if (element === undefined) return undefined;
  checkPictureSize(capture, element.area, environment.maxAreaPixels);
  warnIfCovered(state, element);
  const bytes = element.isInWindow
    ? await captureScreenshot(page, { ...encoding, area: element.area, isInWindow: true }, signal)
    : await captureParts(state, element.area, encoding);
  return { bytes, area: element.area };
}

/** Lets the window become as high as the element, so that everything in it loads, and frames of other sites are painted. */
async function showAsWhole(state: CaptureInProgress, { area }: MeasuredElement): Promise<void> {
  const { page, capture, deadline } = state;
  const { signal } = deadline;
  const beforePixels = capture.viewport.heightPixels;
  const afterPixels = Math.min(beforePixels + area.heightPixels, tallestWindowPixels);
  const activity = await NetworkActivity.open(page, signal);
  await rememberHeights(page, signal);
  await resizeWindow(state, afterPixels, signal);
  await pinHeights(page, { beforePixels, afterPixels }, signal);
  const { selector = "", algorithm, scrollIntoView = true } = capture.element ?? {};
  const opensAround = algorithm !== "Clip";
  if (scrollIntoView)
    await uncoverElement(page, selector, { scrollIntoView: true, opensAround }, signal);
  const limitMilliseconds = Math.min(
    mostLoadingMilliseconds,
    deadline.remainingMilliseconds * loadingShare,
  );
  await isDoneWithin(limitMilliseconds, deadline, (limit) => awaitLoading(page, activity, limit));
  await pinHeights(page, { beforePixels, afterPixels }, signal);
}

function warnIfCovered({ warnings, capture }: CaptureInProgress, element: MeasuredElement): void {
  if (element.coveredBy === "" || !element.isInWindow) return;
  warnings.add(
    `The element of element.selector "${capture.element?.selector ?? ""}" is covered by ${element.coveredBy}, which is in the picture; hide that with hideSelectors`,
  );
}
