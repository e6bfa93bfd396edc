import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { takeThumbnail } from "../../browser/page/page-picture.ts";
import type { CaptureStep } from "./capture-step.ts";
import { isDoneWithin } from "./deadline.ts";
import { isPlainPNG } from "./plain-png.ts";
import { readPictureSize } from "./picture-size.ts";

/** Measured with Chromium 156: what its encoders make of a pixel where there is nothing, rounded up. */
const emptyBytesPerPixel: Record<CaptureSpec["format"], number> = {
  PNG: 0.018,
  JPEG: 0.0066,
  WebP: 0.0029,
  PDF: 0,
};
/** Headers, tables, and a few shapes. */
const smallestPictureBytes = 1000;

const thumbnailEdgePixels = 200;
const longestLookMilliseconds = 3000;

/**
 * A picture in one colour is a success nobody wanted. Only one whose file is as small as that of an empty page is looked at
 * again; the picture itself stays as it is.
 */
export const warnIfBlankStep: CaptureStep = {
  doing: "looking whether the picture is blank",
  stage: "capture",
  isWanted: ({ format }) => format !== "PDF",
  run: async ({ page, capture, deadline, shot, warnings }) => {
    if (shot === undefined || !mayBeBlank(capture, shot.bytes)) return;
    let isBlank = false;
    const look = isDoneWithin(longestLookMilliseconds, deadline, async (signal) => {
      isBlank = isPlainPNG(await takeThumbnail(page, shot.area, thumbnailEdgePixels, signal));
    });
    // The picture is taken: whatever happens to the page now does not spoil it.
    await look.catch(() => undefined);
    if (isBlank)
      warnings.add(
        "The picture is blank: all its pixels have one colour. The page may need more time (wait.selector, wait.delaySeconds), or shows nothing to visitors it does not know",
      );
  },
};

function mayBeBlank({ format }: CaptureSpec, bytes: Buffer): boolean {
  const { widthPixels, heightPixels } = readPictureSize(bytes);
  const emptyBytes = smallestPictureBytes + emptyBytesPerPixel[format] * widthPixels * heightPixels;
  return bytes.length <= emptyBytes;
}
