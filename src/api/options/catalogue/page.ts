import type { CaptureOption } from "../capture-option.ts";
import { devices } from "../devices.ts";
import {
  contentDigest,
  edge,
  largestInputBytes,
  longestInlineContent,
  selector,
} from "../text-rules.ts";

const deviceNames = [...devices.keys()];

/** How the page is shown, and changes to it. */
export const pageOptions: readonly CaptureOption[] = [
  {
    path: "viewport.device",
    text: "is a device whose window, pixel density, touch screen and user agent the page sees. Its values replace the viewport's other fields.",
    value: { type: "word", words: deviceNames },
    http: {
      name: "viewport_device",
      type: "string",
      words: Object.fromEntries(deviceNames.map((name) => [name, name])),
      text: "is a device whose window, pixel density, touch screen and user agent the page sees. Other viewport options and `user_agent` override the device's.",
    },
  },
  {
    path: "viewport.widthPixels",
    text: "is the width of the window in CSS pixels.",
    value: { ...edge, default: 1280 },
    http: { name: "viewport_width", type: "integer" },
  },
  {
    path: "viewport.heightPixels",
    text: "is the height of the window in CSS pixels.",
    value: { ...edge, default: 1024 },
    http: { name: "viewport_height", type: "integer" },
  },
  {
    path: "viewport.deviceScalePercent",
    text: "is the device pixel ratio in per cent: 200 renders a CSS pixel as 2 by 2 pixels of the picture.",
    value: { type: "integer", minimum: 100, maximum: 500, default: 100 },
    http: {
      name: "device_scale_factor",
      type: "number",
      multiplyBy: 100,
      text: "is the device pixel ratio: how many pixels of the picture a CSS pixel gets, in each direction.",
    },
  },
  {
    path: "viewport.mobile",
    text: "says whether the page's meta viewport is applied, as on phones. False unless given.",
    value: { type: "boolean" },
    http: { name: "viewport_mobile", type: "boolean" },
  },
  {
    path: "viewport.touch",
    text: "says whether the page sees a touch screen. Unless given, it does if `mobile` is true or `userAgent` is that of a phone or tablet.",
    value: { type: "boolean" },
    http: {
      name: "viewport_has_touch",
      type: "boolean",
      text: "says whether the page sees a touch screen. Unless given, it does if `viewport_mobile` is true or `user_agent` is that of a phone or tablet.",
    },
  },
  {
    path: "viewport.landscape",
    text: "says whether the page sees a screen in landscape orientation. Width and height do not change. False unless given.",
    value: { type: "boolean" },
    http: { name: "viewport_landscape", type: "boolean" },
  },
  {
    path: "colorScheme",
    text: "is the user's preferred colour scheme, as the page sees it. The browser's default unless given.",
    value: { type: "word", words: ["Light", "Dark"] },
    http: {
      name: "dark_mode",
      type: "boolean",
      words: { true: "Dark", false: "Light" },
      text: "tells the page that the user prefers dark (true) or light (false) colours.",
    },
  },
  {
    path: "scripts",
    text: "lists scripts (JavaScript) to run in the page, in this order. Promises are awaited; after a third of the time that remains the page is captured without waiting longer, with a warning.",
    value: {
      type: "list",
      items: { type: "string", minLength: 1, maxLength: longestInlineContent },
      minItems: 1,
      maxItems: 4,
    },
    http: { name: "scripts", type: "string", maxLength: largestInputBytes },
  },
  {
    path: "scriptRef.digest",
    text: "is the SHA-256 digest of the script.",
    required: true,
    value: contentDigest,
  },
  {
    path: "styles",
    text: "lists style sheets (CSS) to add to the page, in this order.",
    value: {
      type: "list",
      items: { type: "string", minLength: 1, maxLength: longestInlineContent },
      minItems: 1,
      maxItems: 4,
    },
    http: { name: "styles", type: "string", maxLength: largestInputBytes },
  },
  {
    path: "styleRef.digest",
    text: "is the SHA-256 digest of the style sheet.",
    required: true,
    value: contentDigest,
  },
  {
    path: "hideSelectors",
    text: "lists CSS selectors. Matching elements are not displayed.",
    value: { type: "list", items: selector, minItems: 1, maxItems: 64, unordered: true },
    http: { name: "hide_selectors", type: "list" },
  },
  {
    path: "hostErrors",
    text: "says what happens if the target host answers with a status outside 200 to 299: the job fails with HostReturnedError, or the page is captured.",
    value: { type: "word", words: ["Fail", "Ignore"], default: "Fail" },
    http: {
      name: "ignore_host_errors",
      type: "boolean",
      words: { true: "Ignore", false: "Fail" },
      default: false,
      text: "says whether the page is captured if the target host answers with a status outside 200 to 299.",
    },
  },
];
