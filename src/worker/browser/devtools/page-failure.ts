import { Failure } from "../../../api/reasons/failure.ts";

/** The page navigated away from the document that a command was for. Handled within the capture. */
export class DocumentGone extends Error {
  constructor(cause: unknown) {
    super("The page went to another document", { cause });
    this.name = "DocumentGone";
  }
}

const documentGonePattern =
  /Cannot find context|Execution context was destroyed|Inspected target navigated|Frame with the given id|No frame for given id|Promise was collected/;
const invalidOptions = [
  { pattern: /Invalid timezone id/i, field: "timeZone" },
  { pattern: /Invalid locale name/i, field: "locale" },
] as const;
const pictureTooLargePattern = /Page is too large|image is too large/i;

/** The failure of a picture that the browser cannot draw or encode. */
export function pictureTooLarge(cause?: unknown): Failure {
  return new Failure("PictureTooLarge", {
    message:
      "The browser could not draw a picture of this size; set fullPage.maxHeightPixels or a lower viewport.deviceScalePercent",
    cause,
  });
}

/** Translates an error of the DevTools protocol; an unknown error counts as the browser's failure. */
export function toPageFailure(thrown: unknown): Error {
  if (thrown instanceof Failure || thrown instanceof DocumentGone) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (documentGonePattern.test(text)) return new DocumentGone(thrown);
  if (pictureTooLargePattern.test(text)) return pictureTooLarge(thrown);
  const invalid = invalidOptions.find(({ pattern }) => pattern.test(text));
  if (invalid !== undefined)
    return new Failure("OptionInvalid", {
      message: `The browser does not know the value of ${invalid.field}; check its spelling`,
      cause: thrown,
    });
  return new Failure("BrowserFailed", {
    message: "The browser closed the page or did not answer",
    cause: thrown,
  });
}
