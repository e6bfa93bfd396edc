import type { CaptureOption } from "../capture-option.ts";
import { longestInlineContent, longestURL, urlRules } from "../text-rules.ts";

/** What is captured. */
export const contentOptions: readonly CaptureOption[] = [
  {
    path: "url",
    text: "is the address of the page to capture, http or https.",
    source: true,
    value: { type: "string", minLength: 1, maxLength: longestURL, rules: urlRules },
    http: { name: "url", type: "string", syntax: "pageURL" },
  },
  {
    path: "html",
    text: "is an HTML document to capture instead of a page on the web, up to 16,384 characters.",
    source: true,
    value: { type: "string", minLength: 1, maxLength: longestInlineContent },
    http: { name: "html", type: "string" },
  },
  {
    path: "markdown",
    text: "is a Markdown document to capture, up to 16,384 characters.",
    source: true,
    value: { type: "string", minLength: 1, maxLength: longestInlineContent },
    http: { name: "markdown", type: "string" },
  },
  {
    path: "contentRef.digest",
    text: "is the SHA-256 digest of the content.",
    required: true,
    value: {
      type: "string",
      maxLength: 71,
      rules: [
        {
          must: "match",
          pattern: "^sha256:[0-9a-f]{64}$",
          message: "must be 'sha256:' followed by 64 lower-case hexadecimal digits",
        },
      ],
    },
  },
  {
    path: "contentRef.mediaType",
    text: "is the type of the content.",
    required: true,
    value: { type: "word", words: ["text/html", "text/markdown"] },
  },
];
