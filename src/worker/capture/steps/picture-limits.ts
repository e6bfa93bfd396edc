import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { formats, type Format } from "../../../api/options/formats.ts";
import { Failure } from "../../../api/reasons/failure.ts";
import type { PageArea } from "../../browser/devtools/page-screenshot.ts";

/** PNG and TIFF are limited by area only. */
function longestEdgeOf(format: Format): number {
  return formats[format].longestEdgePixels ?? Number.POSITIVE_INFINITY;
}

/** Maximum height of a picture of the viewport's width, in CSS pixels. */
export function tallestPixels(capture: CaptureSpec, maxAreaPixels: number): number {
  const scale = capture.viewport.deviceScalePercent / 100;
  const byEdge = longestEdgeOf(capture.format) / scale;
  const byArea = maxAreaPixels / (capture.viewport.widthPixels * scale * scale);
  return Math.floor(Math.min(byEdge, byArea));
}

/**
 * Checks the size of a picture, and of the one it is scaled to, before the browser spends memory on it.
 * @throws Failure(PictureTooLarge) that names the size, the limit and what to do
 */
export function checkPictureSize(
  capture: CaptureSpec,
  area: Pick<PageArea, "widthPixels" | "heightPixels">,
  maxAreaPixels: number,
): void {
  const scale = capture.viewport.deviceScalePercent / 100;
  const size = {
    width: Math.ceil(area.widthPixels * scale),
    height: Math.ceil(area.heightPixels * scale),
  };
  const advice = adviceFor(capture, maxAreaPixels);
  const target = scaledSize(size, capture.resize);
  const format = target === undefined ? capture.format : "PNG";
  check({ size, format, verb: "be", advice }, maxAreaPixels);
  if (target === undefined) return;
  const smallerBox = "Choose a smaller resize.widthPixels or resize.heightPixels";
  const scaled = { size: target, format: capture.format, verb: "be scaled to", advice: smallerBox };
  check(scaled, maxAreaPixels);
}

interface Size {
  width: number;
  height: number;
}

/** The size of a picture that fits the box; undefined without one. */
function scaledSize({ width, height }: Size, box: CaptureSpec["resize"]): Size | undefined {
  const factors = [
    ...(box?.widthPixels === undefined ? [] : [box.widthPixels / width]),
    ...(box?.heightPixels === undefined ? [] : [box.heightPixels / height]),
  ];
  if (factors.length === 0) return undefined;
  const factor = Math.min(...factors);
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}

function check(
  picture: { size: Size; format: Format; verb: string; advice: string },
  maxAreaPixels: number,
): void {
  const { size, format, verb, advice } = picture;
  const { width, height } = size;
  const edge = longestEdgeOf(format);
  const would = `The picture would ${verb} ${width} x ${height} pixels`;
  if (width > edge || height > edge)
    throw tooLarge(
      `${would}, but ${format} holds at most ${edge} pixels in width and height. ${advice}, or another format`,
    );
  if (width * height > maxAreaPixels)
    throw tooLarge(
      `${would}, but at most ${Math.floor(maxAreaPixels / 1_000_000)} megapixels are allowed. ${advice}`,
    );
}

function adviceFor(capture: CaptureSpec, maxAreaPixels: number): string {
  if (capture.extent === "FullPage")
    return `Set fullPage.maxHeightPixels to ${tallestPixels(capture, maxAreaPixels)} or less, or a lower viewport.deviceScalePercent`;
  if (capture.extent === "Element")
    return "Choose a smaller element, or a lower viewport.deviceScalePercent";
  return "Choose a smaller viewport or clip, or a lower viewport.deviceScalePercent";
}

function tooLarge(message: string): Failure {
  return new Failure("PictureTooLarge", { message });
}
