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
    place: "metadata",
    text: "names facts of the page to keep in `status.metadata`. ResponseStatusCode and ResponseHeaders exist for a `url` only.",
    value: {
      type: "list",
      items: { type: "word", words: metadataWords },
      minItems: 1,
      maxItems: 6,
      unordered: true,
    },
  },
];
