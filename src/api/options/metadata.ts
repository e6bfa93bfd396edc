import type { CaptureOption } from "./capture-option.ts";

/** What a capture can tell of its page besides showing it. */
export const metadataWords = [
  "PageTitle",
  "OpenGraph",
  "Icon",
  "Fonts",
  "ResponseStatusCode",
  "ResponseHeaders",
] as const;

export type MetadataWord = (typeof metadataWords)[number];

/** Over HTTP each word is a switch of its own; see `request-options.ts`. */
export const metadataOptions: readonly CaptureOption[] = [
  {
    path: "metadata",
    text: "names facts of the page to keep in `status.metadata`. ResponseStatusCode and ResponseHeaders exist for a `url` only.",
    value: {
      type: "list",
      items: { type: "word", words: metadataWords },
      minItems: 1,
      maxItems: 6,
      unordered: true,
    },
  },
  {
    path: "pageContent",
    text: "keeps the page's content as HTML or Markdown beside the picture, under the picture's key with the ending html or md; at most 4,000,000 characters.",
    value: { type: "word", words: ["HTML", "Markdown"] },
    http: {
      name: "metadata_content_format",
      type: "string",
      words: { html: "HTML", markdown: "Markdown" },
      needs: ["metadata_content"],
      text: "is the form that `metadata_content` returns the page's content in; html unless given.",
    },
  },
];
