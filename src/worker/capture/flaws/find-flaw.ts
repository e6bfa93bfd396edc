import {
  captureThumbnail,
  measureWindow,
  type ScreenshotFormat,
} from "../../browser/devtools/page-screenshot.ts";
import type { CaptureInProgress, Shot } from "../steps/capture-step.ts";
import { screenshotFormatOf, staysInWindow } from "../steps/capture-picture.ts";
import { readPictureSize } from "../steps/picture-size.ts";
import { isDoneWithin } from "../steps/wait-limit.ts";
import { countContent } from "./count-content.ts";
import { findPlainPart, type PlainPart } from "./plain-picture.ts";

/** What is wrong with a picture. */
export type Flaw =
  | { kind: "Blank" }
  /** One colour between two heights at which the page has content, in CSS pixels. */
  | { kind: "HalfPainted"; fromPixels: number; toPixels: number };

/** Size of an empty page, measured with Chromium 156 and rounded up. */
const emptyBytesPerPixel: Record<ScreenshotFormat, number> = {
  PNG: 0.018,
  JPEG: 0.0066,
  WebP: 0.0029,
};
/** Headers, tables, and a few shapes. */
const smallestPictureBytes = 1000;
/** A picture of which a part is painted is so many times larger than an empty one at most. */
const halfPaintedFactor = 4;
/** A shorter plain part, or one of a picture that is not much higher than its window, is a page's design. */
const leastPlainShare = 0.6;
const leastWindows = 2;
const leastContent = 3;

const thumbnailEdgePixels = 200;
const checkTimeoutMilliseconds = 3000;

/** Each picture is looked at once. */
const findings = new WeakMap<Shot, Promise<Flaw | undefined>>();

/** Looks for what is wrong with the picture: at a thumbnail, and only if the file is about as small as that of an empty page. */
export async function findFlaw(state: CaptureInProgress): Promise<Flaw | undefined> {
  const { shot } = state;
  if (shot === undefined) return undefined;
  const finding = findings.get(shot) ?? lookAt(state, shot);
  findings.set(shot, finding);
  return await finding;
}

async function lookAt(state: CaptureInProgress, shot: Shot): Promise<Flaw | undefined> {
  const { capture, deadline } = state;
  const emptyBytes = await bytesIfEmpty(screenshotFormatOf(capture), shot);
  const isTall = shot.area.heightPixels > leastWindows * capture.viewport.heightPixels;
  if (shot.bytes.length > emptyBytes * (isTall ? halfPaintedFactor : 1)) return undefined;
  let flaw: Flaw | undefined;
  const check = isDoneWithin(checkTimeoutMilliseconds, deadline, async (signal) => {
    const part = await plainPartOf(state, shot, signal);
    flaw = part.to - part.from === 1 ? { kind: "Blank" } : undefined;
    if (flaw === undefined && isTall) flaw = await halfPainted(state, { shot, part, signal });
  });
  // There is a picture already, so a failure here costs only the check.
  await check.catch(() => undefined);
  return flaw;
}

async function bytesIfEmpty(format: ScreenshotFormat, { bytes }: Shot): Promise<number> {
  const { widthPixels, heightPixels } = await readPictureSize(bytes);
  return smallestPictureBytes + emptyBytesPerPixel[format] * widthPixels * heightPixels;
}

async function plainPartOf(
  { page, capture }: CaptureInProgress,
  { area }: Shot,
  signal: AbortSignal,
): Promise<PlainPart> {
  // Beyond the window scripts are stopped; elsewhere the page would see another window for this picture, and answer.
  const isWindow = capture.extent === "Viewport" && capture.clip === undefined;
  const isInWindow = isWindow || staysInWindow(capture);
  const seen = isWindow ? await measureWindow(page, signal) : area;
  const options = { area: seen, edgePixels: thumbnailEdgePixels, isInWindow };
  return await findPlainPart(await captureThumbnail(page, options, signal));
}

async function halfPainted(
  { page }: CaptureInProgress,
  { shot, part, signal }: { shot: Shot; part: PlainPart; signal: AbortSignal },
): Promise<Flaw | undefined> {
  if (part.to - part.from < leastPlainShare) return undefined;
  const { yPixels, heightPixels } = shot.area;
  const fromPixels = Math.round(yPixels + part.from * heightPixels);
  const toPixels = Math.round(yPixels + part.to * heightPixels);
  const content = await countContent(page, { fromPixels, toPixels }, signal);
  return content < leastContent ? undefined : { kind: "HalfPainted", fromPixels, toPixels };
}
