import { captureDefaults, type CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { measureDocument } from "../../browser/devtools/page-screenshot.ts";
import { printDocument, type PrintOptions } from "../../browser/devtools/page-print.ts";
import { setPreferences } from "../../browser/devtools/page-preferences.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";

type PDFOptions = NonNullable<CaptureSpec["pdf"]>;

const pixelsPerInch = 96;
/** Lengths are divided by these: a multiplied length may be a little too short, and Chromium rounds down to whole pixels. */
const unitsPerInch: Record<string, number> = {
  "": pixelsPerInch,
  px: pixelsPerInch,
  mm: 25.4,
  cm: 2.54,
  in: 1,
};

/** Width and height in inches, upright (ISO 216; ANSI/ASME Y14.1). */
const papers: Record<PDFOptions["paperFormat"], readonly [number, number]> = {
  A0: [33.1102, 46.811],
  A1: [23.3858, 33.1102],
  A2: [16.5354, 23.3858],
  A3: [11.6929, 16.5354],
  A4: [8.2677, 11.6929],
  A5: [5.8268, 8.2677],
  A6: [4.1339, 5.8268],
  Legal: [8.5, 14],
  Letter: [8.5, 11],
  Tabloid: [11, 17],
};

/** Prints the document as PDF instead of capturing a picture. */
export const printDocumentStep: CaptureStep = {
  activity: "printing the document",
  stage: "capture",
  appliesTo: ({ format }) => format === "PDF",
  run: async (state) => {
    const { page, capture, deadline } = state;
    const options = await printOptionsOf(state, capture.pdf ?? captureDefaults.pdf);
    const bytes = await printDocument(page, options, deadline.signal);
    state.shot = { bytes, area: { xPixels: 0, yPixels: 0, ...capture.viewport } };
  },
};

async function printOptionsOf(
  state: CaptureInProgress,
  options: PDFOptions,
): Promise<PrintOptions> {
  const { landscape, printBackground, fitOnePage, paperFormat } = options;
  const margins = {
    top: inches(options.marginTop ?? options.margin),
    right: inches(options.marginRight ?? options.margin),
    bottom: inches(options.marginBottom ?? options.margin),
    left: inches(options.marginLeft ?? options.margin),
  };
  const [paperWidth, paperHeight] = fitOnePage
    ? await onePage(state, margins)
    : papers[paperFormat];
  return {
    paperWidth,
    paperHeight,
    // A single page has the proportions of the document.
    landscape: landscape && !fitOnePage,
    printBackground,
    margins,
  };
}

/** The size of the document in the media it is printed for, plus one pixel: a fraction of a pixel would start a second page. */
async function onePage(
  { page, capture, deadline: { signal } }: CaptureInProgress,
  margins: PrintOptions["margins"],
): Promise<[number, number]> {
  if (capture.media === undefined)
    await setPreferences(page, { ...preferredColours(capture), media: "Print" }, signal);
  const { heightPixels } = await measureDocument(page, signal);
  const width = capture.viewport.widthPixels / pixelsPerInch;
  const height = (heightPixels + 1) / pixelsPerInch;
  return [width + margins.left + margins.right, height + margins.top + margins.bottom];
}

/** Setting the media again resets them. */
function preferredColours({ colorScheme, reducedMotion }: CaptureSpec) {
  return { ...(colorScheme && { colorScheme }), ...(reducedMotion && { reducedMotion }) };
}

function inches(length: string | undefined): number {
  const parts = /^([\d.]+)([a-z]*)$/.exec(length ?? "0");
  return Number(parts?.[1] ?? 0) / (unitsPerInch[parts?.[2] ?? ""] ?? Infinity);
}
