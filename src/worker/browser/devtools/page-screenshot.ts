import { unlessAborted } from "../../../platform/process/unless-aborted.ts";
import type { CommandParameters } from "./devtools-client.ts";
import { pictureTooLarge } from "./page-failure.ts";
import type { PageSession } from "./page-session.ts";

/** CSS pixels from the top left corner of the document. */
export interface PageArea {
  xPixels: number;
  yPixels: number;
  widthPixels: number;
  heightPixels: number;
}

export interface ScreenshotOptions {
  format: ScreenshotFormat;
  /** 0 to 100; of JPEG and WebP. */
  quality: number;
  /** Default: the viewport. */
  area?: PageArea;
  /** The area is in the window, so that the page is not shown another one while the picture is taken. */
  isInWindow?: boolean;
}

const formatNames = { PNG: "png", JPEG: "jpeg", WebP: "webp" } as const;

/** What the browser itself encodes. */
export type ScreenshotFormat = keyof typeof formatNames;

/** Whether the browser itself encodes a format. */
export function isScreenshotFormat(format: string): format is ScreenshotFormat {
  return Object.hasOwn(formatNames, format);
}

/**
 * Captures the page. PNG is compressed for speed: 1.4 to 1.7 times the bytes, half the time on long pages.
 * @throws Failure(PictureTooLarge) when the browser cannot draw the area
 */
export async function captureScreenshot(
  page: PageSession,
  options: ScreenshotOptions,
  signal: AbortSignal,
): Promise<Buffer> {
  const { format, quality, area, isInWindow = false } = options;
  const base64 = await takePicture(
    page,
    {
      format: formatNames[format],
      ...(format === "PNG" ? { optimizeForSpeed: true } : { quality }),
      ...(area === undefined ? {} : { clip: clipOf(area), captureBeyondViewport: !isInWindow }),
    },
    signal,
  );
  // Chromium answers so, without an error, when it cannot encode a WebP.
  if (base64 === "") throw pictureTooLarge();
  return Buffer.from(base64, "base64");
}

interface ThumbnailOptions {
  area: PageArea;
  edgePixels: number;
  isInWindow?: boolean;
}

/** Captures a PNG of the area, scaled down so that its longer edge has about `edgePixels`. */
export async function captureThumbnail(
  page: PageSession,
  { area, edgePixels, isInWindow = false }: ThumbnailOptions,
  signal: AbortSignal,
): Promise<Buffer> {
  const scale = Math.min(1, edgePixels / Math.max(area.widthPixels, area.heightPixels));
  const base64 = await takePicture(
    page,
    { format: "png", clip: { ...clipOf(area), scale }, captureBeyondViewport: !isInWindow },
    signal,
  );
  return Buffer.from(base64, "base64");
}

/** Width and height of the whole document, in CSS pixels. */
export async function measureDocument(
  page: PageSession,
  signal: AbortSignal,
): Promise<{ widthPixels: number; heightPixels: number }> {
  const { cssContentSize } = await page.call("Page.getLayoutMetrics", undefined, signal);
  return {
    widthPixels: Math.ceil(cssContentSize.width),
    heightPixels: Math.ceil(cssContentSize.height),
  };
}

const readWindow = `() => ({
  xPixels: Math.round(scrollX),
  yPixels: Math.round(scrollY),
  widthPixels: document.documentElement.clientWidth,
  heightPixels: innerHeight,
})`;

/** The part of the document that the window shows. */
export async function measureWindow(page: PageSession, signal: AbortSignal): Promise<PageArea> {
  return await page.world.call<PageArea>(readWindow, [], signal);
}

/** The last picture that each page was asked for. */
const lastPictures = new WeakMap<PageSession, Promise<unknown>>();

/**
 * Takes one picture of a page after the other: until a picture is done, also one that nobody waits for any more, the page may be shown
 * at another place and scale.
 */
async function takePicture(
  page: PageSession,
  parameters: CommandParameters<"Page.captureScreenshot">,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const before = lastPictures.get(page);
  const take = async (): Promise<string> => {
    await before;
    signal.throwIfAborted();
    const { data } = await page.callOnDocument("Page.captureScreenshot", parameters, page.lost);
    return data;
  };
  const picture = take();
  lastPictures.set(page, picture.catch(ignore));
  return await unlessAborted(picture, [signal]);
}

function ignore(): void {}

function clipOf(area: PageArea): {
  x: number;
  y: number;
  width: number;
  height: number;
  scale: number;
} {
  const { xPixels, yPixels, widthPixels, heightPixels } = area;
  return { x: xPixels, y: yPixels, width: widthPixels, height: heightPixels, scale: 1 };
}
