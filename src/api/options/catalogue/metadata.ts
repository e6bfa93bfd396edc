import type { CaptureOption } from "../capture-option.ts";
import { switchOption, type RequestOption } from "../request-option.ts";

/** Facts that a capture can report about its page. */
export const metadataWords = [
  "PageTitle",
  "OpenGraph",
  "Icon",
  "Fonts",
  "ResponseStatusCode",
  "ResponseHeaders",
] as const;

type MetadataWord = (typeof metadataWords)[number];

/** Over HTTP, each word of `metadata` is a switch of its own. */
export const metadataSwitches: readonly {
  readonly word: MetadataWord;
  readonly option: RequestOption;
}[] = [
  metadataSwitch("PageTitle", "page_title", "returns the page's title."),
  metadataSwitch("OpenGraph", "open_graph", "returns the page's Open Graph properties."),
  metadataSwitch("Icon", "icon", "returns the address and type of the page's icon."),
  metadataSwitch("Fonts", "fonts", "returns the fonts the page asks for, and for which elements."),
  metadataSwitch(
    "ResponseStatusCode",
    "http_response_status_code",
    "returns the status that the page's host answered with.",
    ["url"],
  ),
  metadataSwitch(
    "ResponseHeaders",
    "http_response_headers",
    "returns the headers that the page's host answered with.",
    ["url"],
  ),
];

function metadataSwitch(
  word: MetadataWord,
  name: string,
  text: string,
  needs: readonly string[] = [],
): { word: MetadataWord; option: RequestOption } {
  return { word, option: switchOption(`metadata_${name}`, { needs, text }) };
}

export const metadataOptions: readonly CaptureOption[] = [
  {
    path: "metadata",
    text: "lists facts of the page to keep in `status.metadata`. ResponseStatusCode and ResponseHeaders exist for a `url` only.",
    value: {
      type: "list",
      items: { type: "word", words: metadataWords },
      minItems: 1,
      maxItems: 6,
      unordered: true,
    },
  },
  {
    path: "shadowDOM",
    text: "says whether HTML and Markdown, as `format` or `pageContent`, have what is in shadow roots, open and closed ones. In HTML it stands in `<template shadowrootmode>`. Omit unless given.",
    value: { type: "word", words: ["Include", "Omit"] },
    http: {
      name: "include_shadow_dom",
      type: "boolean",
      words: { true: "Include", false: "Omit" },
      text: "says whether `format` html and markdown, and `metadata_content`, have what is in shadow roots, open and closed ones.",
    },
  },
  {
    path: "pageContent",
    text: "stores the page's content as HTML or Markdown next to the picture, under the picture's key with the extension html or md. At most 4,000,000 characters.",
    value: { type: "word", words: ["HTML", "Markdown"] },
    http: {
      name: "metadata_content_format",
      type: "string",
      words: { html: "HTML", markdown: "Markdown" },
      needs: ["metadata_content"],
      text: "is the format in which `metadata_content` returns the page's content; html unless given.",
    },
  },
];
