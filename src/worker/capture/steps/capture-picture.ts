import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { stopScripts } from "../../browser/devtools/page-emulation.ts";
import {
  captureScreenshot,
  isScreenshotFormat,
  type ScreenshotFormat,
  type ScreenshotOptions,
} from "../../browser/devtools/page-screenshot.ts";
import { captureElement } from "../element/capture-element.ts";
import { isStillPicture } from "../still-picture.ts";
import { captureWholePage } from "../whole-page/capture-whole-page.ts";
import type { CaptureInProgress, CaptureStep, Shot } from "./capture-step.ts";
import { isSliced } from "./slice-picture.ts";
import { checkPictureSize } from "./picture-limits.ts";
import { capturedElementMissing } from "./missing-element.ts";

type Encoding = Pick<ScreenshotOptions, "format" | "quality">;

/** Decides which area to capture, refuses one that is too large, and has the browser draw and encode it. */
export const capturePictureStep: CaptureStep = {
  activity: "taking the picture",
  stage: "capture",
  appliesTo: (capture) => isStillPicture(capture) && !staysInWindow(capture),
  run: async (state) => {
    const { capture } = state;
    const encoding = { format: screenshotFormatOf(capture), quality: capture.quality };
    state.shot = await take(state, encoding);
  },
};

/** Whether something that may reach beyond the window is to be captured within it. */
export function staysInWindow({ beyondViewport, extent, clip }: CaptureSpec): boolean {
  return beyondViewport === false && (extent !== "Viewport" || clip !== undefined);
}

async function take(state: CaptureInProgress, encoding: Encoding): Promise<Shot> {
  switch (state.capture.extent) {
    case "Viewport":
      return await captureArea(state, encoding);
    case "FullPage":
      return await captureWholePage(state, encoding);
    case "Element":
      return await takeElement(state, encoding);
  }
}

/** The clip, or exactly the viewport. */
async function captureArea(state: CaptureInProgress, encoding: Encoding): Promise<Shot> {
  const { page, capture, deadline, environment } = state;
  const { viewport } = capture;
  const area = capture.extent === "Viewport" ? capture.clip : undefined;
  checkPictureSize(capture, area ?? viewport, environment.maxAreaPixels);
  if (area !== undefined) await stopScripts(page, deadline.signal);
  const options = area === undefined ? encoding : { ...encoding, area };
  const bytes = await captureScreenshot(page, options, deadline.signal);
  return { bytes, area: area ?? { xPixels: 0, yPixels: 0, ...viewport } };
}

/** An element that was removed after it was found counts as missing. */
async function takeElement(state: CaptureInProgress, encoding: Encoding): Promise<Shot> {
  const shot = await captureElement(state, encoding);
  if (shot !== undefined) return shot;
  const { selector = "", whenMissing } = state.capture.element ?? {};
  if (whenMissing !== "CaptureExtent")
    throw capturedElementMissing(selector, { why: "it was removed, or lies outside the page" });
  return await captureArea(state, encoding);
}

/** A picture that is scaled, cut or encoded afterwards is captured without loss. */
export function screenshotFormatOf(capture: CaptureSpec): ScreenshotFormat {
  const { format, resize } = capture;
  const isFinal = resize === undefined && !isSliced(capture);
  return isFinal && isScreenshotFormat(format) ? format : "PNG";
}
