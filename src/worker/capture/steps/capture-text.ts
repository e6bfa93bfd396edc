import { isTextFormat } from "../../../api/options/formats.ts";
import { Failure } from "../../../api/reasons/failure.ts";
import { readPageText, type PageText } from "../text/read-page-text.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { capturedElementMissing } from "./missing-element.ts";

/** The text of a page, and its Markdown, are in memory a few times over while they are read. */
const mostCharacters = 16_000_000;

/** Reads the page, or one element of it, as HTML or Markdown instead of capturing a picture. */
export const captureTextStep: CaptureStep = {
  activity: "reading the page",
  stage: "capture",
  appliesTo: ({ format }) => isTextFormat(format),
  run: async (state) => {
    const { capture } = state;
    const selector = capture.extent === "Element" ? (capture.element?.selector ?? "") : "";
    let read = await readText(state, selector);
    if (read.kind === "Missing") {
      if (capture.element?.whenMissing !== "CaptureExtent") throw capturedElementMissing(selector);
      read = await readText(state, "");
    }
    if (read.kind !== "Text")
      throw new Failure("PictureTooLarge", {
        message: `The page has ${"characters" in read ? read.characters : 0} characters as HTML, but at most ${mostCharacters} are read. Capture one element (element.selector)`,
      });
    state.shot = { bytes: read.bytes, area: { xPixels: 0, yPixels: 0, ...capture.viewport } };
  },
};

async function readText(
  { page, capture, deadline }: CaptureInProgress,
  selector: string,
): Promise<PageText> {
  const format = capture.format === "Markdown" ? "Markdown" : "HTML";
  const includesShadowDOM = capture.shadowDOM === "Include";
  const options = { format, selector, includesShadowDOM, mostCharacters } as const;
  return await readPageText(page, options, deadline.signal);
}
