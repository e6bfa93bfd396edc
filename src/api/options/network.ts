import type { CaptureOption } from "./capture-option.ts";
import { addressPattern } from "./texts.ts";

const resourceWords = {
  document: "Document",
  stylesheet: "Stylesheet",
  image: "Image",
  media: "Media",
  font: "Font",
  script: "Script",
  texttrack: "TextTrack",
  xhr: "XHR",
  fetch: "Fetch",
  eventsource: "EventSource",
  websocket: "WebSocket",
  manifest: "Manifest",
  other: "Other",
} as const;

/** What the page may load. */
export const networkOptions: readonly CaptureOption[] = [
  {
    path: "contentSecurityPolicy",
    text: "says whether the page's content security policy holds, which may keep `scripts` and `styles` from loading things; Enforce unless given.",
    value: { type: "word", words: ["Enforce", "Bypass"] },
    http: {
      name: "bypass_csp",
      type: "boolean",
      words: { true: "Bypass", false: "Enforce" },
      text: "sets the page's content security policy aside.",
    },
  },
  {
    path: "blockRequests",
    text: "are addresses the page does not get: a whole one, a domain with all below it, or a pattern with `*`. http and https only; the page itself is never blocked.",
    value: { type: "list", items: addressPattern, minItems: 1, maxItems: 64, unordered: true },
    http: { name: "block_requests", type: "list" },
  },
  {
    path: "blockResources",
    text: "are kinds of things the page does not get; the page itself is never blocked.",
    value: {
      type: "list",
      items: { type: "word", words: Object.values(resourceWords) },
      minItems: 1,
      maxItems: 13,
      unordered: true,
    },
    http: { name: "block_resources", type: "list", words: resourceWords },
  },
];
