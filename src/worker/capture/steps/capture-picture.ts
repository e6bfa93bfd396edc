import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { isPictureFormat } from "../../../api/options/formats.ts";
import { stopScripts } from "../../browser/devtools/page-emulation.ts";
import {
  captureScreenshot,
  isScreenshotFormat,
  type ScreenshotFormat,
  type ScreenshotOptions,
} from "../../browser/devtools/page-screenshot.ts";
import { captureWholePage } from "../whole-page/capture-whole-page.ts";
import type { CaptureInProgress, CaptureStep, Shot } from "./capture-step.ts";
import { elementArea } from "./element-area.ts";
import { checkPictureSize } from "./picture-limits.ts";

type Encoding = Pick<ScreenshotOptions, "format" | "quality">;

/** Decides which area to capture, refuses one that is too large, and has the browser draw and encode it. */
export const capturePictureStep: CaptureStep = {
  activity: "taking the picture",
  stage: "capture",
  appliesTo: (capture) => isPictureFormat(capture.format) && !staysInWindow(capture),
  run: async (state) => {
    const { capture } = state;
    const encoding = { format: screenshotFormatOf(capture), quality: capture.quality };
    state.shot =
      capture.extent === "FullPage"
        ? await captureWholePage(state, encoding)
        : await captureArea(state, encoding);
  },
};

/** Whether something that may reach beyond the window is to be captured within it. */
export function staysInWindow({ beyondViewport, extent, clip }: CaptureSpec): boolean {
  return beyondViewport === false && (extent !== "Viewport" || clip !== undefined);
}

async function captureArea(state: CaptureInProgress, encoding: Encoding): Promise<Shot> {
  const { page, capture, deadline, environment } = state;
  const { viewport } = capture;
  const area = capture.extent === "Element" ? await elementArea(state) : capture.clip;
  checkPictureSize(capture, area ?? viewport, environment.maxAreaPixels);
  if (area !== undefined) await stopScripts(page, deadline.signal);
  const options = area === undefined ? encoding : { ...encoding, area };
  const bytes = await captureScreenshot(page, options, deadline.signal);
  return { bytes, area: area ?? { xPixels: 0, yPixels: 0, ...viewport } };
}

/** A picture that is scaled or encoded afterwards is captured without loss. */
export function screenshotFormatOf({ format, resize }: CaptureSpec): ScreenshotFormat {
  return isScreenshotFormat(format) && resize === undefined ? format : "PNG";
}
