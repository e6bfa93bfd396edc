import type { CaptureGroup } from "./capture-option.ts";
import { animationFormats, videoFormats } from "./formats.ts";

/** Objects of the resource that hold options. */
export const captureGroups: Readonly<Record<string, CaptureGroup>> = {
  contentRef: {
    text: "names content by its digest that was put into the object store before (`PUT /v1/inputs`), for a document too large for `html` and `markdown`.",
    source: true,
  },
  scriptRef: {
    text: "names a script by its digest that was put into the object store before (`PUT /v1/inputs`), for one too large for `scripts`. It runs after them.",
  },
  styleRef: {
    text: "names a style sheet by its digest that was put into the object store before (`PUT /v1/inputs`), for one too large for `styles`. It is added after them.",
  },
  fullPage: {
    text: "says how a picture of the whole page is taken.",
    onlyWith: { path: "extent", words: ["FullPage"] },
  },
  element: {
    text: "names the one element to capture.",
    onlyWith: { path: "extent", words: ["Element"] },
    required: true,
  },
  clip: {
    text: "is the rectangle to capture, measured from the page's upper left corner.",
    onlyWith: { path: "extent", words: ["Viewport"] },
  },
  resize: { text: "is a box that the picture is scaled to fit. The aspect ratio is kept." },
  pdf: {
    text: "says how the document is printed.",
    onlyWith: { path: "format", words: ["PDF"] },
  },
  animation: {
    text: "records the page for a while instead of taking one picture. Its frames are taken one after another, however long each takes, and stand in the file at a steady rate. An object without fields records five seconds.",
    bounds: {
      onlyWith: [animationFormats, { path: "extent", words: ["Viewport"] }],
      without: ["resize"],
      requiredWith: videoFormats,
    },
  },
  viewport: { text: "is the size of the browser's window.", always: true },
  wait: {
    text: "lists what must happen before the picture is taken. All conditions must be met.",
    always: true,
  },
  geolocation: {
    text: "is the position that the page gets if it asks. Without it, the page gets none.",
  },
  block: {
    text: "says what is kept off the page by lists that ship with the worker. The page itself is never blocked, and a failure to block is a warning.",
  },
  click: { text: "names an element to click." },
  hover: { text: "names an element to move the mouse to." },
  scrollIntoView: { text: "names an element to scroll to." },
  failIf: { text: "lists conditions under which the job fails instead of capturing the page." },
  storage: {
    text: "stores a copy of the picture; the original stays under `artifacts/` in the operator's bucket.",
    audience: "control",
  },
};
