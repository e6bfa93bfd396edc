import type { CaptureOption } from "../capture-option.ts";
import {
  contentDigest,
  largestInputBytes,
  longestInlineContent,
  longestURL,
  urlRules,
} from "../text-rules.ts";

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
    text: "is an HTML document to capture instead of a page on the web. The texts of a job have 16,384 bytes together at most; `contentRef` names a larger document.",
    source: true,
    value: { type: "string", minLength: 1, maxLength: longestInlineContent },
    http: {
      name: "html",
      type: "string",
      maxLength: largestInputBytes,
      text: "is an HTML document to capture instead of a page on the web.",
    },
  },
  {
    path: "markdown",
    text: "is a Markdown document to capture. `contentRef` names a larger one.",
    source: true,
    value: { type: "string", minLength: 1, maxLength: longestInlineContent },
    http: {
      name: "markdown",
      type: "string",
      maxLength: largestInputBytes,
      text: "is a Markdown document to capture.",
    },
  },
  {
    path: "contentRef.digest",
    text: "is the SHA-256 digest of the content.",
    required: true,
    value: contentDigest,
  },
  {
    path: "contentRef.mediaType",
    text: "is the type of the content.",
    required: true,
    value: { type: "word", words: ["text/html", "text/markdown"] },
  },
];
