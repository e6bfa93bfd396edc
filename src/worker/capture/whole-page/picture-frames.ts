import { captureScreenshot } from "../../browser/devtools/page-screenshot.ts";
import type { PageArea } from "../../browser/devtools/page-screenshot.ts";
import type { PageSession } from "../../browser/devtools/page-session.ts";
import { changeStyles, walkElements } from "./page-script.ts";

/** A page of advertisements has more, but nobody reads them. */
const mostFrames = 20;

const findFrames = `(belowPixels, mostFrames) => {
  ${walkElements}
  const isFixed = (element) => {
    for (let e = element; e instanceof Element; e = e.parentElement ?? e.getRootNode().host)
      if (getComputedStyle(e).position === "fixed") return true;
    return false;
  };
  const frames = [...elementsIn(document)].filter((element) => {
    if (element.localName !== "iframe" || element.contentDocument !== null) return false;
    const { width, height, bottom } = element.getBoundingClientRect();
    return width > 0 && height > 0 && bottom > belowPixels && element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !isFixed(element);
  });
  globalThis.stillsFrames = frames.slice(0, mostFrames);
  return globalThis.stillsFrames.map((frame) => {
    const { left, top, width, height } = frame.getBoundingClientRect();
    return { xPixels: left + scrollX, yPixels: top + scrollY, widthPixels: width, heightPixels: height };
  });
}`;

const replaceFrame = `async (index, source) => {
  ${changeStyles}
  const frame = globalThis.stillsFrames[index];
  const { width, height } = frame.getBoundingClientRect();
  const { position, float, display, verticalAlign, margin, inset, zIndex, gridArea, alignSelf, justifySelf, order, flex, transform } = getComputedStyle(frame);
  const picture = new Image();
  Object.assign(picture.style, { position, float, display, verticalAlign, margin, inset, zIndex, gridArea, alignSelf, justifySelf, order, flex, transform });
  for (const [name, value] of Object.entries({
    width: frame.offsetWidth + "px", height: frame.offsetHeight + "px", "max-width": "none", "max-height": "none",
    "min-width": "0", "min-height": "0", border: "0", padding: "0", "box-sizing": "border-box", "object-fit": "fill",
  })) picture.style.setProperty(name, value, "important");
  picture.src = source;
  await picture.decode().catch(() => {});
  frame.after(picture);
  (globalThis.stillsUndo ??= []).push(() => picture.remove());
  setStyle(frame, "display", "none");
}`;

/**
 * Puts a picture in the place of each frame of another site below `belowPixels`. Chromium paints such frames only inside the window, so
 * that they are white in any picture of more than the window; this is done while the window has grown.
 */
export async function pictureFrames(
  page: PageSession,
  belowPixels: number,
  signal: AbortSignal,
): Promise<void> {
  const areas = await page.world.call<PageArea[]>(findFrames, [belowPixels, mostFrames], signal);
  for (const [index, area] of areas.entries()) {
    const options = { format: "PNG", quality: 100, area, isInWindow: true } as const;
    const bytes = await captureScreenshot(page, options, signal);
    const source = `data:image/png;base64,${bytes.toString("base64")}`;
    await page.world.call(replaceFrame, [index, source], signal);
  }
}
