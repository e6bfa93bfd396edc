import { allowScripts, stopScripts } from "../../browser/devtools/page-emulation.ts";
import { makeBackgroundTransparent } from "../../browser/devtools/page-preferences.ts";
import { captureScreenshot, type PageArea } from "../../browser/devtools/page-screenshot.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";

/** A page has few; each costs a picture. */
const mostCanvases = 20;

/** Remembers the canvases to be seen, and returns how many there are. */
const findCanvases = `(most) => {
  const isSeen = (canvas) => {
    const { width, height } = canvas.getBoundingClientRect();
    return width >= 1 && height >= 1 && canvas.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  globalThis.canvases = [...document.querySelectorAll("canvas")].filter(isSeen).slice(0, most);
  return globalThis.canvases.length;
}`;

/** Only this canvas is to be seen, neither what lies on it nor what is behind it. Returns its box in the document, two frames later. */
const isolateCanvas = `(index) => {
  const canvas = globalThis.canvases[index];
  globalThis.canvasStyle = canvas.getAttribute("style");
  globalThis.canvasSheet = new CSSStyleSheet();
  globalThis.canvasSheet.replaceSync("* { visibility: hidden !important; } html, body { background: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, globalThis.canvasSheet];
  const shown = { visibility: "visible", transform: "none", rotate: "none", scale: "none", translate: "none" };
  for (const [name, value] of Object.entries(shown)) canvas.style.setProperty(name, value, "important");
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const box = { xPixels: left + scrollX, yPixels: top + scrollY, widthPixels: width, heightPixels: height };
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(box))));
}`;

/** Puts the picture in the place of the canvas, with its computed style, in which percentages are still such. */
const replaceCanvas = `async (index, base64, width, height) => {
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== globalThis.canvasSheet);
  const canvas = globalThis.canvases[index];
  if (globalThis.canvasStyle === null) canvas.removeAttribute("style");
  else canvas.setAttribute("style", globalThis.canvasStyle);
  const picture = document.createElementNS("http://www.w3.org/1999/xhtml", "img");
  const style = canvas.computedStyleMap();
  for (const [name, values] of style)
    if (!/^(--|animation|transition|background|border|padding|outline|box-shadow|opacity|filter)/.test(name)) picture.style.setProperty(name, values.join(", "));
  const isBare = ["padding-left", "padding-top", "border-left-width", "border-top-width"].every((name) => parseFloat(style.get(name)) === 0);
  if (!isBare || String(style.get("width")) === "auto") picture.style.width = width + "px";
  if (!isBare || String(style.get("height")) === "auto") picture.style.height = height + "px";
  picture.style.boxSizing = "border-box";
  picture.src = URL.createObjectURL(new Blob([Uint8Array.fromBase64(base64)], { type: "image/png" }));
  await picture.decode();
  canvas.replaceWith(picture);
}`;

/** Replaces canvases by pictures of themselves: Chromium prints those of WebGL never, and others not always. */
export async function pictureCanvases({ page, deadline }: CaptureInProgress): Promise<void> {
  const { signal } = deadline;
  const count = await page.world.call<number>(findCanvases, [mostCanvases], signal);
  if (count === 0) return;
  // Otherwise the page would see how it is changed.
  await stopScripts(page, signal);
  await makeBackgroundTransparent(page, signal);
  for (let index = 0; index < count; index += 1) {
    const area = await page.world.call<PageArea>(isolateCanvas, [index], signal);
    const bytes = await captureScreenshot(page, { format: "PNG", quality: 100, area }, signal);
    const { widthPixels, heightPixels } = area;
    const parts = [index, bytes.toString("base64"), widthPixels, heightPixels];
    await page.world.call(replaceCanvas, parts, signal);
  }
  await allowScripts(page, signal);
}
