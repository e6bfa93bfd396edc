import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { Failure } from "../../../api/reasons/failure.ts";
import type { PageArea } from "../../browser/devtools/page-screenshot.ts";

type Format = CaptureSpec["format"];

/** Longest edge of the file format, in pixels of the picture. PNG is limited by area only. */
const longestEdgePixels: Record<Format, number> = {
  PNG: Number.POSITIVE_INFINITY,
  JPEG: 65_535,
  WebP: 16_383,
  PDF: Number.POSITIVE_INFINITY,
};

/** 60 megapixels: 240 MB while the browser draws the picture, and as much again while it encodes it. */
export const defaultMaxAreaPixels = 60_000_000;

/** Maximum height of a picture of the viewport's width, in CSS pixels. */
export function tallestPixels(capture: CaptureSpec, maxAreaPixels: number): number {
  const scale = capture.viewport.deviceScalePercent / 100;
  const byEdge = longestEdgePixels[capture.format] / scale;
  const byArea = maxAreaPixels / (capture.viewport.widthPixels * scale * scale);
  return Math.floor(Math.min(byEdge, byArea));
}

/**
 * Checks the size of a picture before the browser spends memory on it.
 * @throws Failure(PictureTooLarge) that names the size, the limit and what to do
 */
export function checkPictureSize(
  capture: CaptureSpec,
  area: Pick<PageArea, "widthPixels" | "heightPixels">,
  maxAreaPixels: number,
): void {
  const scale = capture.viewport.deviceScalePercent / 100;
  const width = Math.ceil(area.widthPixels * scale);
  const height = Math.ceil(area.heightPixels * scale);
  const edge = longestEdgePixels[capture.format];
  if (width > edge || height > edge)
    throw tooLarge(
      `${capture.format} holds at most ${edge} pixels in width and height`,
      `${width} x ${height}`,
      `${adviceFor(capture, maxAreaPixels)}, or another format`,
    );
  if (width * height > maxAreaPixels)
    throw tooLarge(
      `at most ${Math.floor(maxAreaPixels / 1_000_000)} megapixels are allowed`,
      `${width} x ${height}`,
      adviceFor(capture, maxAreaPixels),
    );
}

function adviceFor(capture: CaptureSpec, maxAreaPixels: number): string {
  if (capture.extent === "FullPage")
    return `Set fullPage.maxHeightPixels to ${tallestPixels(capture, maxAreaPixels)} or less, or a lower viewport.deviceScalePercent`;
  if (capture.extent === "Element")
    return "Choose a smaller element, or a lower viewport.deviceScalePercent";
  return "Choose a smaller viewport or clip, or a lower viewport.deviceScalePercent";
}

function tooLarge(limit: string, size: string, advice: string): Failure {
  return new Failure("PictureTooLarge", {
    message: `The picture would be ${size} pixels, but ${limit}. ${advice}`,
  });
}
