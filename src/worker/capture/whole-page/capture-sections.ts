import { stopScripts } from "../../browser/devtools/page-emulation.ts";
import { NetworkActivity } from "../../browser/devtools/network-activity.ts";
import {
  captureScreenshot,
  measureDocument,
  type PageArea,
  type ScreenshotOptions,
} from "../../browser/devtools/page-screenshot.ts";
import { bringToRest } from "../rest/bring-to-rest.ts";
import type { CaptureInProgress, Shot } from "../steps/capture-step.ts";
import { checkPictureSize } from "../steps/picture-limits.ts";
import { isDoneWithin } from "../steps/wait-limit.ts";
import { awaitLoading } from "./await-loading.ts";
import { joinParts } from "./capture-parts.ts";
import { overlays } from "./overlays.ts";
import { resizeWindow } from "./resize-window.ts";
import { scrollWindow } from "./scroll-window.ts";
import { planSections, sectionHeight, type Section } from "./section-plan.ts";

type Encoding = Pick<ScreenshotOptions, "format" | "quality">;

/** What still begins to load in a section was loaded before, as a rule. */
const mostSectionMilliseconds = 1000;

/** Sticky elements are where they are without scrolling; fixed ones are in the first section only, and a background in all. */
const placeOverlays = `(isFirst) => {
  ${overlays}
  for (const element of elementsIn(document)) {
    const style = getComputedStyle(element);
    if (style.position === "sticky") settleSticky(element);
    else if (!isFirst && style.position === "fixed" && style.visibility !== "hidden" && !isBackground(element, style)) hideFixed(element);
  }
}`;

/** Takes a picture of the window at one place after another, with the page's scripts running, and joins them. */
export async function captureSections(state: CaptureInProgress, encoding: Encoding): Promise<Shot> {
  const { page, capture, deadline, environment, loadedPage } = state;
  const { signal } = deadline;
  const wanted =
    capture.fullPage?.algorithm === "BySections"
      ? capture.viewport.heightPixels
      : loadedPage?.windowPixels;
  const windowPixels = sectionHeight(wanted ?? capture.viewport.heightPixels, capture.viewport);
  await page.world.call(placeOverlays, [true], signal);
  await resizeWindow(state, windowPixels, signal);
  const area = await areaOf(state);
  checkPictureSize(capture, area, environment.maxAreaPixels);
  const activity = await NetworkActivity.open(page, signal);
  const { windowPixels: shownPixels } = await scrollWindow(page, 0, signal);
  const parts: Buffer[] = [];
  let endPixels = 0;
  for (const section of planSections(area.heightPixels, shownPixels)) {
    const isThere = await show(state, section, activity);
    if (!isThere) break;
    parts.push(await captureSection(state, section, area));
    endPixels = section.topPixels + section.heightPixels;
  }
  await stopScripts(page, signal);
  return {
    bytes: await joinParts(environment, parts, { encoding, signal }),
    area: { ...area, heightPixels: endPixels },
  };
}

async function areaOf({
  page,
  capture,
  deadline,
  cutHeightPixels,
}: CaptureInProgress): Promise<PageArea> {
  const { widthPixels, heightPixels } = await measureDocument(page, deadline.signal);
  const limits = [capture.fullPage?.maxHeightPixels, cutHeightPixels];
  return {
    xPixels: 0,
    yPixels: 0,
    widthPixels,
    heightPixels: Math.min(heightPixels, ...limits.filter((limit) => limit !== undefined)),
  };
}

/** Scrolls to a section and lets it come. Returns false if the page has become shorter and does not reach there any more. */
async function show(
  state: CaptureInProgress,
  { topPixels }: Section,
  activity: NetworkActivity,
): Promise<boolean> {
  const { page, deadline } = state;
  const { signal } = deadline;
  const place = await scrollWindow(page, topPixels, signal);
  if (place.topPixels + place.windowPixels <= topPixels) return false;
  if (topPixels > 0) await page.world.call(placeOverlays, [false], signal);
  await isDoneWithin(mostSectionMilliseconds, deadline, (limit) =>
    awaitLoading(page, activity, limit),
  );
  await bringToRest(state);
  return true;
}

/** The last section may begin above the window's bottom, so its place is given from the top of the page. */
async function captureSection(
  { page, deadline }: CaptureInProgress,
  { topPixels, heightPixels }: Section,
  area: PageArea,
): Promise<Buffer> {
  const part = { ...area, yPixels: topPixels, heightPixels };
  const options = { format: "PNG", quality: 100, area: part, isInWindow: true } as const;
  return await captureScreenshot(page, options, deadline.signal);
}
