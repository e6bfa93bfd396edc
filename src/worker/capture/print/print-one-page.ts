import { captureDefaults, type CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { emulateDevice } from "../../browser/devtools/page-emulation.ts";
import { printDocument } from "../../browser/devtools/page-print.ts";
import { setPreferences } from "../../browser/devtools/page-preferences.ts";
import { measureDocument } from "../../browser/devtools/page-screenshot.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { deviceOf } from "../steps/emulate-device.ts";
import { adoptPrintStyle } from "./adopt-style.ts";
import { pinHeights } from "./pin-heights.ts";
import { allMarginsOf, pageRule, pixelsPerInch, type PaperSize } from "./print-plan.ts";

/** Nothing may begin another page. */
const withoutBreaks = `*, *::before, *::after {
  break-before: auto !important; break-after: auto !important; break-inside: auto !important; page: auto !important; }`;

/** Layout on paper may be a little taller than on the screen. */
const moreInches = 0.5;
const mostPrints = 4;
/** What common viewers show (ISO 32000-1, annex C), in inches. */
const tallestShownInches = 200;

/** Prints the document as one page: as wide as the window, or as its content if that is wider, and as long as needed. */
export async function printOnePage(state: CaptureInProgress): Promise<Buffer> {
  const { page, capture, deadline, warnings } = state;
  const { signal } = deadline;
  const options = capture.pdf ?? captureDefaults.pdf;
  if (capture.media === undefined)
    await setPreferences(page, { ...preferredColours(capture), media: "Print" }, signal);
  await adoptPrintStyle(page, withoutBreaks, signal);
  const size = await measureWidened(state);
  const margins = allMarginsOf(options);
  // A fraction of a pixel would start a second page.
  const heightInches = (size.heightPixels + 1) / pixelsPerInch + margins.top + margins.bottom;
  const widthInches = size.widthPixels / pixelsPerInch + margins.left + margins.right;
  if (heightInches > tallestShownInches)
    warnings.add(
      `The page of the PDF is ${Math.round(heightInches)} inches long; many viewers show no more than ${tallestShownInches}`,
    );
  let bytes: Buffer = Buffer.alloc(0);
  for (let print = 0; print < mostPrints; print += 1) {
    const paper: PaperSize = [widthInches, heightInches + print * moreInches];
    await adoptPrintStyle(page, `${withoutBreaks}\n${pageRule(paper, margins)}`, signal);
    const { printBackground } = options;
    bytes = await printDocument(page, { paper, margins, printBackground }, signal);
    if (countPages(bytes) <= 1) return bytes;
  }
  warnings.add(`The document did not fit on one page; it has ${countPages(bytes)}`);
  return bytes;
}

/** The size of the document in the media it is printed for, in a window that is wide enough for it. */
async function measureWidened({
  page,
  capture,
  deadline: { signal },
}: CaptureInProgress): Promise<{ widthPixels: number; heightPixels: number }> {
  const device = deviceOf(capture);
  const measured = await measureDocument(page, signal);
  const widthPixels = Math.max(device.widthPixels, measured.widthPixels);
  const widened = { ...device, widthPixels };
  await emulateDevice(page, widened, signal);
  const withTallerWindow = async (growth: number, work: () => Promise<void>): Promise<void> => {
    await emulateDevice(page, { ...widened, heightPixels: device.heightPixels + growth }, signal);
    await work();
    await emulateDevice(page, widened, signal);
  };
  await pinHeights(page, withTallerWindow, signal);
  const { heightPixels } = await measureDocument(page, signal);
  return { widthPixels, heightPixels };
}

/** Setting the media again resets them. */
function preferredColours({ colorScheme, reducedMotion }: CaptureSpec) {
  return { ...(colorScheme && { colorScheme }), ...(reducedMotion && { reducedMotion }) };
}

/** Chromium writes the dictionaries of pages uncompressed. */
function countPages(bytes: Buffer): number {
  return bytes.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}
