import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import {
  measureDocument,
  takePicture,
  type PageArea,
  type PictureOrder,
} from "../../browser/page/page-picture.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { checkPictureSize } from "./picture-limits.ts";
import { elementMissing } from "./find-element.ts";
import { findElement } from "./selectors.ts";

/** From the corner of the document, in whole pixels that contain the element. */
const measureElement = `(selector) => {
  ${findElement}
  const element = find(selector, true);
  if (element === undefined) return null;
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const x = Math.max(0, Math.floor(left + scrollX));
  const y = Math.max(0, Math.floor(top + scrollY));
  return {
    xPixels: x,
    yPixels: y,
    widthPixels: Math.ceil(right + scrollX) - x,
    heightPixels: Math.ceil(bottom + scrollY) - y,
  };
}`;

/** Decides what of the page is wanted, refuses what is too large, and has the browser draw and encode it. */
export const takePictureStep: CaptureStep = {
  doing: "taking the picture",
  stage: "capture",
  isWanted: ({ format }) => format !== "PDF",
  run: async (state) => {
    const { page, capture, deadline, surroundings } = state;
    const area = await areaOf(state);
    const { quality, viewport } = capture;
    checkPictureSize(capture, area ?? viewport, surroundings.maxAreaPixels);
    const format = formatOfShot(capture);
    const order = area === undefined ? { format, quality } : { format, quality, area };
    const bytes = await takePicture(page, order, deadline.signal);
    state.shot = { bytes, area: area ?? { xPixels: 0, yPixels: 0, ...viewport } };
  },
};

/** What is scaled afterwards is taken without loss. */
function formatOfShot({ format, resize }: CaptureSpec): PictureOrder["format"] {
  return format === "PDF" || resize !== undefined ? "PNG" : format;
}

/** Undefined for exactly what the viewport shows. */
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

/** An element that went away since it was found counts as missing. */
async function elementArea(state: CaptureInProgress): Promise<PageArea | undefined> {
  const { page, capture, deadline } = state;
  const selector = capture.element?.selector ?? "";
  const area = await page.world.call<PageArea | null>(measureElement, [selector], deadline.signal);
  if (area === null && capture.element?.whenMissing !== "CaptureExtent")
    throw elementMissing(selector);
  return area ?? undefined;
}
