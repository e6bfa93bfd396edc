import { isDoneWithin } from "./wait-limit.ts";
import type { CaptureStep } from "./capture-step.ts";
import { readPageText, type PageText } from "../text/read-page-text.ts";

/** Documented with the option `pageContent`. */
const mostCharacters = 4_000_000;
const readTimeoutMilliseconds = 10_000;

/** Reads the content of the document that the picture shows. */
export const readContentStep: CaptureStep = {
  activity: "reading the page's content",
  stage: "capture",
  appliesTo: ({ pageContent }) => pageContent !== undefined,
  run: async (state) => {
    const { capture, page, shot } = state;
    const format = capture.pageContent ?? "HTML";
    // The answer is the content, and lies where the content would.
    if (capture.format === format && shot !== undefined) {
      state.metadata = { ...state.metadata, content: { format, sizeBytes: shot.bytes.length } };
      return;
    }
    const includesShadowDOM = capture.shadowDOM === "Include";
    let read: PageText | undefined;
    const reading = isDoneWithin(readTimeoutMilliseconds, state.deadline, async (signal) => {
      read = await readPageText(page, { format, includesShadowDOM, mostCharacters }, signal);
    });
    // The picture is captured already, so a failure here costs only the content.
    await reading.catch(() => false);
    if (read?.kind === "Text") {
      const { bytes } = read;
      state.content = { format, bytes };
      state.metadata = { ...state.metadata, content: { format, sizeBytes: bytes.length } };
    } else
      state.warnings.add(
        read?.kind === "TooLong"
          ? `The page's content has ${read.characters} characters, and at most ${mostCharacters} are kept; none is kept`
          : "The page's content could not be read in time; none is kept",
      );
  },
};
