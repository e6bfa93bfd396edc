import type { PageArea } from "../../browser/devtools/page-screenshot.ts";
import { measureElement } from "../element/measure-element.ts";
import type { CaptureInProgress } from "./capture-step.ts";
import { capturedElementMissing } from "./missing-element.ts";

/**
 * Where the element to capture is. An element that was removed after it was found counts as missing; then undefined, if the page is
 * to be captured instead.
 */
export async function elementArea(state: CaptureInProgress): Promise<PageArea | undefined> {
  const { selector = "", whenMissing } = state.capture.element ?? {};
  const measured = await measureElement(state);
  if (measured === undefined && whenMissing !== "CaptureExtent")
    throw capturedElementMissing(selector);
  return measured?.area;
}
