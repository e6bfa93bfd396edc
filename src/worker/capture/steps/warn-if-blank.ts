import { isPictureFormat } from "../../../api/options/formats.ts";
import { captureThumbnail, type ScreenshotFormat } from "../../browser/devtools/page-screenshot.ts";
import { screenshotFormatOf } from "./capture-picture.ts";
import type { CaptureStep, Shot } from "./capture-step.ts";
import { isPlainPicture } from "./plain-picture.ts";
import { readPictureSize } from "./picture-size.ts";
import { isDoneWithin } from "./wait-limit.ts";

/** Size of an empty page, measured with Chromium 156 and rounded up. */
const emptyBytesPerPixel: Record<ScreenshotFormat, number> = {
  PNG: 0.018,
  JPEG: 0.0066,
  WebP: 0.0029,
};
/** Headers, tables, and a few shapes. */
const smallestPictureBytes = 1000;

const thumbnailEdgePixels = 200;
const checkTimeoutMilliseconds = 3000;

/**
 * Adds a warning when the picture has one colour. A thumbnail is checked, and only if the picture's file is as small as that of
 * an empty page.
 */
export const warnIfBlankStep: CaptureStep = {
  activity: "checking whether the picture is blank",
  stage: "capture",
  appliesTo: ({ format }) => isPictureFormat(format),
  run: async ({ page, capture, deadline, shot, warnings }) => {
    if (shot === undefined || !(await mayBeBlank(screenshotFormatOf(capture), shot))) return;
    let isBlank = false;
    const check = isDoneWithin(checkTimeoutMilliseconds, deadline, async (signal) => {
      isBlank = await isPlainPicture(
        await captureThumbnail(page, shot.area, thumbnailEdgePixels, signal),
      );
    });
    // The picture is captured already, so a failure here costs only the warning.
    await check.catch(() => undefined);
    if (isBlank)
      warnings.add(
        "The picture is blank: all its pixels have one colour. The page may need more time (wait.selector, wait.delaySeconds), or shows nothing to unknown visitors",
      );
  },
};

async function mayBeBlank(format: ScreenshotFormat, { bytes }: Shot): Promise<boolean> {
  const { widthPixels, heightPixels } = await readPictureSize(bytes);
  const emptyBytes = smallestPictureBytes + emptyBytesPerPixel[format] * widthPixels * heightPixels;
  return bytes.length <= emptyBytes;
}
