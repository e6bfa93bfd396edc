import { captureDefaults } from "../../../api/options/capture-spec.generated.ts";
import { printDocument } from "../../browser/devtools/page-print.ts";
import { adoptPrintStyle } from "../print/adopt-style.ts";
import { pictureCanvases } from "../print/picture-canvases.ts";
import { printOnePage } from "../print/print-one-page.ts";
import { allMarginsOf, marginsOf, pageRule, paperOf } from "../print/print-plan.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";

/** Prints the document as PDF instead of capturing a picture. */
export const printDocumentStep: CaptureStep = {
  activity: "printing the document",
  stage: "capture",
  appliesTo: ({ format }) => format === "PDF",
  run: async (state) => {
    const { capture } = state;
    await pictureCanvases(state);
    const bytes = capture.pdf?.fitOnePage ? await printOnePage(state) : await printPages(state);
    state.shot = { bytes, area: { xPixels: 0, yPixels: 0, ...capture.viewport } };
  },
};

async function printPages({ page, capture, deadline }: CaptureInProgress): Promise<Buffer> {
  const { signal } = deadline;
  const options = capture.pdf ?? captureDefaults.pdf;
  const { printBackground } = options;
  const paper = paperOf(options);
  await adoptPrintStyle(page, pageRule(paper, marginsOf(options)), signal);
  return await printDocument(
    page,
    { paper, margins: allMarginsOf(options), printBackground },
    signal,
  );
}
