import type { CaptureOption } from "../capture-option.ts";
import {
  animationFormatNames,
  formatNames,
  formatsOfAnimate,
  formatWords,
  pictureAndTextFormats,
  pictureFormats,
  qualityFormats,
  unavailableFormats,
} from "../formats.ts";
import type { HTTPOption } from "../http-option.ts";
import { edge, selector } from "../text-rules.ts";

const imageBoxText =
  "is an edge of the box that the picture is scaled to fit. The aspect ratio is kept.";

const ofGIF: HTTPOption["onAnimate"] = {
  onlyWithWords: { name: "format", words: ["gif"], default: "mp4" },
};

/** What the picture shows of the page, and its file format. */
export const pictureOptions: readonly CaptureOption[] = [
  {
    path: "format",
    text: "is the file format: a picture, a PDF document as printed, the page's text as HTML or Markdown, as it is when a picture would be taken, or a video, which `animation` describes. A GIF with `animation` moves as well.",
    value: { type: "word", words: formatWords, default: "PNG" },
    http: {
      name: "format",
      type: "string",
      words: formatNames,
      folded: true,
      unavailable: { ...unavailableFormats, ...formatsOfAnimate },
      default: "jpg",
      onAnimate: { words: animationFormatNames, unavailable: {}, default: "mp4" },
      text: "is the file format: of `/take` a picture, a PDF document as printed, or the page's text as HTML or Markdown; of `/animate` a video or a GIF.",
    },
  },
  {
    path: "quality",
    text: "is the quality of a JPEG, WebP or AVIF picture in per cent. Lower quality means smaller files. PNG and TIFF are lossless and ignore it.",
    value: { type: "integer", minimum: 0, maximum: 100, default: 80 },
    onlyWith: qualityFormats,
    http: { name: "image_quality", type: "integer", endpoint: "take" },
  },
  {
    path: "background",
    text: "is the background of areas that the page does not paint: white (Page) or transparent. Page unless given.",
    value: { type: "word", words: ["Page", "Transparent"] },
    onlyWith: { path: "format", words: ["PNG", "WebP", "MOV"], when: "Transparent" },
    http: {
      name: "omit_background",
      type: "boolean",
      words: { true: "Transparent", false: "Page" },
      text: "says whether areas that the page does not paint are transparent instead of white.",
    },
  },
  {
    path: "resize.widthPixels",
    text: "is the width of the box. It follows from the height unless given.",
    value: edge,
    onlyWith: pictureFormats,
    http: {
      ...{ name: "image_width", type: "integer", endpoint: "take" },
      ...{ ignoredElsewhere: true, text: imageBoxText },
    },
  },
  {
    path: "resize.heightPixels",
    text: "is the height of the box. It follows from the width unless given.",
    value: edge,
    onlyWith: pictureFormats,
    http: {
      ...{ name: "image_height", type: "integer", endpoint: "take" },
      ...{ ignoredElsewhere: true, text: imageBoxText },
    },
  },
  {
    path: "extent",
    text: "says what is captured: the viewport, the full page, or one element.",
    value: { type: "word", words: ["Viewport", "FullPage", "Element"], default: "Viewport" },
    http: {
      name: "full_page",
      type: "boolean",
      endpoint: "take",
      words: { true: "FullPage", false: "Viewport" },
      default: false,
      text: "says whether the full page is captured instead of the viewport.",
    },
  },
  {
    path: "beyondViewport",
    text: "says whether what is captured may reach beyond the window. False cuts an element or a clip at the edge of the window; the full page is then captured in a window as tall as the page, which the page sees. True unless given.",
    value: { type: "boolean" },
    http: { name: "capture_beyond_viewport", type: "boolean" },
  },
  {
    path: "fullPage.scroll",
    text: "says whether the page is first brought to load everything: lazy images and frames, lists that grow, content that appears when it is reached.",
    value: { type: "boolean", default: true },
    http: { name: "full_page_scroll", type: "boolean", endpoint: "take", needs: ["full_page"] },
  },
  {
    path: "fullPage.scrollDelayMilliseconds",
    text: "is a pause between two scroll steps. Unless it or the length of a step is given, the page is not scrolled in steps: what it loads is waited for. 400 if only the length of a step is given.",
    value: { type: "integer", minimum: 100, maximum: 10_000 },
    http: {
      name: "full_page_scroll_delay",
      type: "integer",
      endpoint: "take",
      needs: ["full_page"],
      excludes: { full_page_scroll: "false" },
    },
  },
  {
    path: "fullPage.scrollByPixels",
    text: "is the length of one scroll step. The height of the viewport unless given.",
    value: edge,
    http: {
      name: "full_page_scroll_by",
      type: "integer",
      endpoint: "take",
      needs: ["full_page"],
      excludes: { full_page_scroll: "false" },
    },
  },
  {
    path: "fullPage.algorithm",
    text: "says how the picture is taken: at once (Default), or of one window after another with the page's scripts running, and joined (BySections). Default unless given.",
    value: { type: "word", words: ["Default", "BySections"] },
    http: {
      name: "full_page_algorithm",
      type: "string",
      endpoint: "take",
      words: { default: "Default", by_sections: "BySections" },
      needs: ["full_page"],
      text: "says how the picture is taken: at once (`default`), or of one window after another with the page's scripts running, and joined (`by_sections`). `default` unless given.",
    },
  },
  {
    path: "fullPage.maxHeightPixels",
    text: "is the maximum height of the picture, in CSS pixels. A taller page is cut.",
    value: { type: "integer", minimum: 1, maximum: 100_000 },
    http: {
      ...{ name: "full_page_max_height", type: "integer", endpoint: "take" },
      needs: ["full_page"],
    },
  },
  {
    path: "element.selector",
    text: "is the CSS selector of the element. The first visible match counts. `shadow/` before it looks into shadow roots as well. As HTML or Markdown, the element's text is captured.",
    required: true,
    value: selector,
    onlyWith: pictureAndTextFormats,
    http: {
      ...{ name: "selector", type: "string", endpoint: "take" },
      implies: { extent: "Element" },
    },
  },
  {
    path: "element.whenMissing",
    text: "says what happens if no visible element matches: the job fails with SelectorNotFound, or the page is captured instead.",
    value: { type: "word", words: ["CaptureExtent", "Fail"], default: "Fail" },
    http: {
      name: "error_on_selector_not_found",
      type: "boolean",
      endpoint: "take",
      words: { true: "Fail", false: "CaptureExtent" },
      default: false,
      also: {
        with: "scroll_into_view",
        path: "scrollIntoView.whenMissing",
        words: { true: "Fail", false: "Continue" },
      },
      text: "says whether the call fails, instead of capturing the page, if no visible element matches `selector` or `scroll_into_view`.",
    },
  },
  {
    path: "element.algorithm",
    text: "says what is captured of an element that is only partly visible: the whole of it (Default), or the part that the elements around it show (Clip). Default unless given.",
    value: { type: "word", words: ["Default", "Clip"] },
    http: {
      name: "selector_algorithm",
      type: "string",
      endpoint: "take",
      words: { default: "Default", clip: "Clip" },
      needs: ["selector"],
      text: "says what is captured of an element that is only partly visible: the whole of it (`default`), or the part that the elements around it show (`clip`). `default` unless given.",
    },
  },
  {
    path: "element.scrollIntoView",
    text: "says whether the page is first scrolled to the element, so that its content loads. True unless given.",
    value: { type: "boolean" },
    http: {
      ...{ name: "selector_scroll_into_view", type: "boolean", endpoint: "take" },
      needs: ["selector"],
    },
  },
  {
    path: "clip.xPixels",
    text: "is the left edge of the rectangle.",
    value: { type: "integer", minimum: 0, maximum: 100_000, default: 0 },
    http: {
      ...{ name: "clip_x", type: "integer", excludes: { full_page: "true" } },
      onAnimate: ofGIF,
    },
  },
  {
    path: "clip.yPixels",
    text: "is the upper edge of the rectangle.",
    value: { type: "integer", minimum: 0, maximum: 100_000, default: 0 },
    http: {
      ...{ name: "clip_y", type: "integer", excludes: { full_page: "true" } },
      onAnimate: ofGIF,
    },
  },
  {
    path: "clip.widthPixels",
    text: "is the width of the rectangle.",
    required: true,
    value: edge,
    onlyWith: pictureFormats,
    http: {
      name: "clip_width",
      type: "integer",
      onAnimate: ofGIF,
      excludes: { full_page: "true" },
      ignoredElsewhere: true,
      derived: true,
      text: "is the width of the rectangle; up to the window's right edge unless given.",
    },
  },
  {
    path: "clip.heightPixels",
    text: "is the height of the rectangle.",
    required: true,
    value: edge,
    http: {
      name: "clip_height",
      type: "integer",
      onAnimate: ofGIF,
      excludes: { full_page: "true" },
      derived: true,
      text: "is the height of the rectangle; up to the window's lower edge unless given.",
    },
  },
];
