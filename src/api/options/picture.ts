import type { CaptureOption } from "./capture-option.ts";
import { edge, imageFormats, selector } from "./texts.ts";

const imageBoxText =
  "is an edge of the box that the picture is scaled to fit into; it keeps its proportions.";

/** What the picture shows of the page, and in which form. */
export const pictureOptions: readonly CaptureOption[] = [
  {
    path: "format",
    text: "is the file format: a picture, or a PDF document as if printed.",
    value: { type: "word", words: ["PNG", "JPEG", "WebP", "PDF"], default: "PNG" },
    http: {
      name: "format",
      type: "string",
      words: { png: "PNG", jpeg: "JPEG", jpg: "JPEG", webp: "WebP", pdf: "PDF" },
      default: "jpg",
    },
  },
  {
    path: "quality",
    text: "is how faithful a JPEG or WebP picture is, in per cent; smaller means smaller files. PNG has no loss and ignores it.",
    value: { type: "integer", minimum: 0, maximum: 100, default: 80 },
    onlyWith: imageFormats,
    http: { name: "image_quality", type: "integer" },
  },
  {
    path: "background",
    text: "says what shows where the page paints nothing: its white background, or nothing at all. Page unless given.",
    value: { type: "word", words: ["Page", "Transparent"] },
    onlyWith: { path: "format", words: ["PNG", "WebP"], when: "Transparent" },
    http: {
      name: "omit_background",
      type: "boolean",
      words: { true: "Transparent", false: "Page" },
      text: "leaves the white background out, so that the picture is transparent where the page paints nothing.",
    },
  },
  {
    path: "resize.widthPixels",
    text: "is the width of the box; as the height asks for unless given.",
    value: edge,
    onlyWith: imageFormats,
    http: { name: "image_width", type: "integer", text: imageBoxText },
  },
  {
    path: "resize.heightPixels",
    text: "is the height of the box; as the width asks for unless given.",
    value: edge,
    onlyWith: imageFormats,
    http: { name: "image_height", type: "integer", text: imageBoxText },
  },
  {
    path: "extent",
    text: "says how much of the page is captured: what fits the viewport, the whole page, or one element.",
    value: { type: "word", words: ["Viewport", "FullPage", "Element"], default: "Viewport" },
    http: {
      name: "full_page",
      type: "boolean",
      words: { true: "FullPage", false: "Viewport" },
      default: false,
      text: "says whether the whole page is captured instead of what fits the viewport.",
    },
  },
  {
    path: "fullPage.scroll",
    text: "says whether the page is first scrolled to its end and back, so that images load that wait to be seen.",
    value: { type: "boolean", default: true },
    http: { name: "full_page_scroll", type: "boolean", needs: ["full_page"] },
  },
  {
    path: "fullPage.scrollDelayMilliseconds",
    text: "is the pause between two steps of scrolling.",
    value: { type: "integer", minimum: 100, maximum: 10_000, default: 400 },
    http: { name: "full_page_scroll_delay", type: "integer", needs: ["full_page"] },
  },
  {
    path: "fullPage.scrollByPixels",
    text: "is how far one step of scrolling goes; the height of the viewport unless given.",
    value: edge,
    http: { name: "full_page_scroll_by", type: "integer", needs: ["full_page"] },
  },
  {
    path: "fullPage.maxHeightPixels",
    text: "cuts the picture of a page that is taller, or that never ends, in CSS pixels.",
    value: { type: "integer", minimum: 1, maximum: 100_000 },
    http: { name: "full_page_max_height", type: "integer", needs: ["full_page"] },
  },
  {
    path: "element.selector",
    text: "is the CSS selector of the element; the first visible match counts.",
    required: true,
    value: selector,
    onlyWith: imageFormats,
    http: { name: "selector", type: "string", implies: { extent: "Element" } },
  },
  {
    path: "element.whenMissing",
    text: "says what happens when nothing visible matches: the job fails with SelectorNotFound, or the page is captured instead.",
    value: { type: "word", words: ["CaptureExtent", "Fail"], default: "Fail" },
    http: {
      name: "error_on_selector_not_found",
      type: "boolean",
      words: { true: "Fail", false: "CaptureExtent" },
      default: false,
      needs: ["selector", "scroll_into_view"],
      also: {
        with: "scroll_into_view",
        path: "scrollIntoView.whenMissing",
        words: { true: "Fail", false: "Continue" },
      },
      text: "says whether the call fails when nothing visible matches `selector` or `scroll_into_view`, instead of capturing the page.",
    },
  },
  {
    path: "element.scrollIntoView",
    text: "says whether the page is scrolled to the element first, so that what it contains is loaded; true unless given.",
    value: { type: "boolean" },
    http: { name: "selector_scroll_into_view", type: "boolean", needs: ["selector"] },
  },
  {
    path: "clip.xPixels",
    text: "is the left edge of the rectangle.",
    value: { type: "integer", minimum: 0, maximum: 100_000, default: 0 },
    http: { name: "clip_x", type: "integer" },
  },
  {
    path: "clip.yPixels",
    text: "is the upper edge of the rectangle.",
    value: { type: "integer", minimum: 0, maximum: 100_000, default: 0 },
    http: { name: "clip_y", type: "integer" },
  },
  {
    path: "clip.widthPixels",
    text: "is the width of the rectangle.",
    required: true,
    value: edge,
    onlyWith: imageFormats,
    http: { name: "clip_width", type: "integer" },
  },
  {
    path: "clip.heightPixels",
    text: "is the height of the rectangle.",
    required: true,
    value: edge,
    http: { name: "clip_height", type: "integer" },
  },
];
