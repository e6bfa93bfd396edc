import { Failure } from "../../api/failure.ts";

/** The document a command was meant for is no longer there: the page navigated meanwhile. Never leaves a capture. */
export class DocumentGone extends Error {
  constructor(cause: unknown) {
    super("The page went to another document", { cause });
    this.name = "DocumentGone";
  }
}

const documentGonePattern =
  /Cannot find context|Execution context was destroyed|Inspected target navigated|Frame with the given id|No frame for given id|Promise was collected/;
const pictureTooLargePattern = /Page is too large|image is too large/i;

/** Translates what the DevTools protocol throws; everything unexpected counts as the browser's fault. */
export function toPageFailure(thrown: unknown): Error {
  if (thrown instanceof Failure || thrown instanceof DocumentGone) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (documentGonePattern.test(text)) return new DocumentGone(thrown);
  if (pictureTooLargePattern.test(text))
    return new Failure("PictureTooLarge", {
      message:
        "The browser could not draw a picture of this size; set fullPage.maxHeightPixels or a lower viewport.deviceScalePercent",
      cause: thrown,
    });
  return new Failure("BrowserFailed", {
    message: "The browser closed the page or did not answer",
    cause: thrown,
  });
}
