import {
  captureScreenshot,
  type PageArea,
  type ScreenshotOptions,
} from "../../browser/devtools/page-screenshot.ts";
import type { CaptureEnvironment, CaptureInProgress } from "../steps/capture-step.ts";
import { planSections } from "./section-plan.ts";

type Encoding = Pick<ScreenshotOptions, "format" | "quality">;

/**
 * Captures an area of a page that does not change any more: at once, or in parts that are joined if the browser's memory is too small for
 * all of it.
 */
export async function captureParts(
  { page, capture, deadline, environment }: CaptureInProgress,
  area: PageArea,
  encoding: Encoding,
): Promise<Buffer> {
  const { signal } = deadline;
  const scale = capture.viewport.deviceScalePercent / 100;
  const rowPixels = area.widthPixels * scale * scale;
  const partPixels = Math.max(1, Math.floor(environment.mostPixelsAtOnce / rowPixels));
  if (area.heightPixels <= partPixels)
    return await captureScreenshot(page, { ...encoding, area }, signal);
  const parts: Buffer[] = [];
  for (const { topPixels, heightPixels } of planSections(area.heightPixels, partPixels)) {
    const part = { ...area, yPixels: area.yPixels + topPixels, heightPixels };
    parts.push(await captureScreenshot(page, { format: "PNG", quality: 100, area: part }, signal));
  }
  return await joinParts(environment, parts, { encoding, signal });
}

/** Joins PNG pictures of the same width, one below the other, in the format that is asked for. */
export async function joinParts(
  { scalePicture }: Pick<CaptureEnvironment, "scalePicture">,
  parts: readonly Buffer[],
  { encoding, signal }: { encoding: Encoding; signal: AbortSignal },
): Promise<Buffer> {
  const order = { ...encoding, partBytes: parts.map(({ length }) => length) };
  return await scalePicture(Buffer.concat(parts), order, signal);
}
