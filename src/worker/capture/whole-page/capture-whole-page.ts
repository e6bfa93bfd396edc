import { stopScripts } from "../../browser/devtools/page-emulation.ts";
import {
  captureScreenshot,
  measureDocument,
  type PageArea,
  type ScreenshotOptions,
} from "../../browser/devtools/page-screenshot.ts";
import { bringToRest } from "../rest/bring-to-rest.ts";
import type { CaptureInProgress, Shot } from "../steps/capture-step.ts";
import { checkPictureSize } from "../steps/picture-limits.ts";
import { captureParts } from "./capture-parts.ts";
import { captureSections } from "./capture-sections.ts";
import { newLoadedPage } from "./loaded-page.ts";
import { pictureFrames } from "./picture-frames.ts";
import { pinHeights } from "./pin-heights.ts";
import { resizeWindow } from "./resize-window.ts";
import { scrollWindow } from "./scroll-window.ts";

/** How the picture is encoded. */
type Encoding = Pick<ScreenshotOptions, "format" | "quality">;

/** Takes the picture of the whole page. Afterwards the page is as the picture shows it, and its scripts have stopped. */
export async function captureWholePage(
  state: CaptureInProgress,
  encoding: Encoding,
): Promise<Shot> {
  const { page, capture, deadline } = state;
  const loaded = (state.loadedPage ??= newLoadedPage(capture.viewport.heightPixels));
  const { signal } = deadline;
  const bySections = capture.fullPage?.algorithm === "BySections";
  if (!loaded.isInside && (loaded.isTall || bySections) && (await isAsWideAsWindow(state)))
    return await captureSections(state, encoding);
  if (loaded.growths > 0) await pictureFrames(page, capture.viewport.heightPixels, signal);
  await freeze(state);
  return loaded.isInside
    ? await captureWindow(state, encoding)
    : await captureDocument(state, encoding);
}

/**
 * While more than the window is captured, Chromium shows the page a window of one pixel; without scripts the page cannot answer to that,
 * nor to getting its own window back.
 */
async function freeze(state: CaptureInProgress): Promise<void> {
  const { page, capture, loadedPage } = state;
  const { signal } = state.deadline;
  await stopScripts(page, signal);
  await scrollWindow(page, 0, signal);
  if (loadedPage?.growth === undefined) return;
  await pinHeights(page, loadedPage.growth, signal);
  if (loadedPage.isInside) return;
  await resizeWindow(state, capture.viewport.heightPixels, signal);
  // Rules for other heights of the window may begin transitions.
  await bringToRest(state);
}

/** The window has grown until the element whose content scrolls shows all of it. */
async function captureWindow(state: CaptureInProgress, encoding: Encoding): Promise<Shot> {
  const { page, capture, deadline, environment, loadedPage } = state;
  const { maxHeightPixels = Number.POSITIVE_INFINITY } = capture.fullPage ?? {};
  const { widthPixels, heightPixels } = await measureDocument(page, deadline.signal);
  const windowPixels = Math.min(heightPixels, loadedPage?.shownPixels ?? heightPixels);
  const area: PageArea = {
    xPixels: 0,
    yPixels: 0,
    widthPixels,
    heightPixels: Math.min(windowPixels, maxHeightPixels),
  };
  checkPictureSize(capture, area, environment.maxAreaPixels);
  const options = { ...encoding, area, isInWindow: true };
  return { bytes: await captureScreenshot(page, options, deadline.signal), area };
}

async function captureDocument(state: CaptureInProgress, encoding: Encoding): Promise<Shot> {
  const { page, capture, deadline, environment, cutHeightPixels } = state;
  const { widthPixels, heightPixels } = await measureDocument(page, deadline.signal);
  const limits = [capture.fullPage?.maxHeightPixels, cutHeightPixels];
  const area: PageArea = {
    xPixels: 0,
    yPixels: 0,
    widthPixels,
    heightPixels: Math.min(heightPixels, ...limits.filter((limit) => limit !== undefined)),
  };
  checkPictureSize(capture, area, environment.maxAreaPixels);
  return { bytes: await captureParts(state, area, encoding), area };
}

async function isAsWideAsWindow({ page, deadline }: CaptureInProgress): Promise<boolean> {
  const metrics = await page.call("Page.getLayoutMetrics", undefined, deadline.signal);
  return metrics.cssContentSize.width <= metrics.cssLayoutViewport.clientWidth + 1;
}
