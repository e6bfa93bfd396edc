import type { CaptureGroup } from "./capture-option.ts";

/** Objects of the resource that hold options. */
export const captureGroups: Readonly<Record<string, CaptureGroup>> = {
  contentRef: {
    text: "names content that was uploaded before, by its digest. For content too large for `html` and `markdown`.",
    source: true,
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
  resize: { text: "is a box that the picture is scaled to fit into; it keeps its proportions." },
  pdf: {
    text: "says how the document is printed.",
    onlyWith: { path: "format", words: ["PDF"] },
  },
  viewport: { text: "is the size of the browser's window.", always: true },
  wait: {
    text: "says what has to happen before the picture is taken; all of it has to.",
    always: true,
  },
  geolocation: { text: "is the position the page may ask for; without it, it gets none." },
  click: { text: "names an element to click on." },
  hover: { text: "names an element that the mouse rests on." },
  scrollIntoView: { text: "names an element to scroll to." },
  failIf: { text: "says which pages nobody wants a picture of." },
  storage: {
    text: "stores a copy of the picture; the original stays under `artifacts/` in the operator's bucket.",
    audience: "control",
  },
};
