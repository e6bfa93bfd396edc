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
import { elementArea } from "./element-area.ts";
import { checkPictureSize } from "./picture-limits.ts";

/** Decides which area to capture, refuses one that is too large, and has the browser draw and encode it. */
export const capturePictureStep: CaptureStep = {
  activity: "taking the picture",
  stage: "capture",
  appliesTo: (capture) => isPictureFormat(capture.format) && !staysInWindow(capture),
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

/** Whether something that may reach beyond the window is to be captured within it. */
export function staysInWindow({ beyondViewport, extent, clip }: CaptureSpec): boolean {
  return beyondViewport === false && (extent !== "Viewport" || clip !== undefined);
}

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
