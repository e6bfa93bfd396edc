import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { isPictureFormat } from "../../../api/options/formats.ts";
import {
  measureDocument,
  captureScreenshot,
  isScreenshotFormat,
  type PageArea,
  type ScreenshotFormat,
} from "../../browser/devtools/page-screenshot.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { checkPictureSize } from "./picture-limits.ts";
import { capturedElementMissing } from "./missing-element.ts";
import { findElement } from "./selectors.ts";

/** In whole CSS pixels from the top left corner of the document. */
const measureElement = `(selector) => {
  ${findElement}
  const element = find(selector, true);
  if (element === undefined) return null;
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const x = Math.max(0, Math.floor(left + scrollX));
  const y = Math.max(0, Math.floor(top + scrollY));
  return {
    xPixels: x,
    yPixels: y,
    widthPixels: Math.ceil(right + scrollX) - x,
    heightPixels: Math.ceil(bottom + scrollY) - y,
  };
}`;

/** Decides which area to capture, refuses one that is too large, and has the browser draw and encode it. */
export const capturePictureStep: CaptureStep = {
  activity: "taking the picture",
  stage: "capture",
  appliesTo: ({ format }) => isPictureFormat(format),
  run: async (state) => {
    const { page, capture, deadline, environment } = state;
    const area = await areaOf(state);
    const { quality, viewport } = capture;
    checkPictureSize(capture, area ?? viewport, environment.maxAreaPixels);
    const format = screenshotFormatOf(capture);
    const options = area === undefined ? { format, quality } : { format, quality, area };
    const bytes = await captureScreenshot(page, options, deadline.signal);
    state.shot = { bytes, area: area ?? { xPixels: 0, yPixels: 0, ...viewport } };
  },
};

/** A picture that is scaled or encoded afterwards is captured without loss. */
export function screenshotFormatOf({ format, resize }: CaptureSpec): ScreenshotFormat {
  return isScreenshotFormat(format) && resize === undefined ? format : "PNG";
}

/** Undefined for exactly the viewport. */
async function areaOf(state: CaptureInProgress): Promise<PageArea | undefined> {
  const { capture } = state;
  switch (capture.extent) {
    case "Viewport":
      return capture.clip;
    case "FullPage":
      return await wholePage(state);
    case "Element":
      return await elementArea(state);
  }
}

async function wholePage(state: CaptureInProgress): Promise<PageArea> {
  const { page, capture, deadline, cutHeightPixels } = state;
  const { widthPixels, heightPixels } = await measureDocument(page, deadline.signal);
  const limits = [capture.fullPage?.maxHeightPixels, cutHeightPixels];
  return {
    xPixels: 0,
    yPixels: 0,
    widthPixels,
    heightPixels: Math.min(heightPixels, ...limits.filter((limit) => limit !== undefined)),
  };
}

/** An element that was removed after it was found counts as missing. */
async function elementArea(state: CaptureInProgress): Promise<PageArea | undefined> {
  const { page, capture, deadline } = state;
  const selector = capture.element?.selector ?? "";
  const area = await page.world.call<PageArea | null>(measureElement, [selector], deadline.signal);
  if (area === null && capture.element?.whenMissing !== "CaptureExtent")
    throw capturedElementMissing(selector);
  return area ?? undefined;
}
