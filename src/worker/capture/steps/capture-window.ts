import { Failure } from "../../../api/reasons/failure.ts";
import {
  captureScreenshot,
  measureDocument,
  measureWindow,
  type PageArea,
} from "../../browser/devtools/page-screenshot.ts";
import { isStillPicture } from "../still-picture.ts";
import { resizeWindow } from "../whole-page/resize-window.ts";
import { screenshotFormatOf, staysInWindow } from "./capture-picture.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { elementArea } from "./element-area.ts";
import { checkPictureSize } from "./picture-limits.ts";

/** Captures nothing but what the window shows: for the whole page, the window grows. */
export const captureWindowStep: CaptureStep = {
  activity: "taking the picture",
  stage: "capture",
  appliesTo: (capture) => isStillPicture(capture) && staysInWindow(capture),
  run: async (state) => {
    const { page, capture, deadline, environment } = state;
    const area = await areaOf(state);
    checkPictureSize(capture, area, environment.maxAreaPixels);
    if (capture.extent === "FullPage")
      await resizeWindow(state, area.heightPixels, deadline.signal);
    const options = {
      ...{ format: screenshotFormatOf(capture), quality: capture.quality },
      ...{ area, isInWindow: true },
    };
    const bytes = await captureScreenshot(page, options, deadline.signal);
    state.shot = { bytes, area };
  },
};

async function areaOf(state: CaptureInProgress): Promise<PageArea> {
  const { page, capture, deadline, cutHeightPixels } = state;
  if (capture.extent === "FullPage") {
    const { widthPixels, heightPixels } = await measureDocument(page, deadline.signal);
    const limits = [capture.fullPage?.maxHeightPixels, cutHeightPixels];
    const most = Math.min(...limits.filter((limit) => limit !== undefined));
    return { xPixels: 0, yPixels: 0, widthPixels, heightPixels: Math.min(heightPixels, most) };
  }
  const window = await measureWindow(page, deadline.signal);
  const wanted = capture.extent === "Element" ? await elementArea(state) : capture.clip;
  return wanted === undefined ? window : intersection(wanted, window);
}

/** @throws Failure(OptionInvalid) when they have nothing in common */
function intersection(wanted: PageArea, window: PageArea): PageArea {
  const left = Math.max(wanted.xPixels, window.xPixels);
  const top = Math.max(wanted.yPixels, window.yPixels);
  const right = Math.min(wanted.xPixels + wanted.widthPixels, window.xPixels + window.widthPixels);
  const bottom = Math.min(
    wanted.yPixels + wanted.heightPixels,
    window.yPixels + window.heightPixels,
  );
  if (right > left && bottom > top)
    return { xPixels: left, yPixels: top, widthPixels: right - left, heightPixels: bottom - top };
  throw new Failure("OptionInvalid", {
    message:
      "What is to be captured lies outside the window; leave out `beyondViewport`, or scroll there with scrollIntoView",
  });
}
