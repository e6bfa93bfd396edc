import type { CaptureOption } from "../capture-option.ts";
import { addressPattern } from "../text-rules.ts";
import { blockingOptions } from "./blocking.ts";

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

/** Limits on what the page may load. */
export const networkOptions: readonly CaptureOption[] = [
  {
    path: "contentSecurityPolicy",
    text: "says whether the page's content security policy is enforced. It may keep `scripts` and `styles` from loading resources. Enforce unless given.",
    value: { type: "word", words: ["Enforce", "Bypass"] },
    http: {
      name: "bypass_csp",
      type: "boolean",
      words: { true: "Bypass", false: "Enforce" },
      text: "says whether the page's content security policy is ignored.",
    },
  },
  {
    path: "blockRequests",
    text: "lists addresses to block: an address, a domain with its subdomains, or a pattern with `*`. http and https only. The page itself is never blocked.",
    value: { type: "list", items: addressPattern, minItems: 1, maxItems: 64, unordered: true },
    http: { name: "block_requests", type: "list" },
  },
  ...blockingOptions,
  {
    path: "blockResources",
    text: "lists types of resources to block. The page itself is never blocked.",
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
