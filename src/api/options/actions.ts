import type { CaptureOption } from "./capture-option.ts";
import { selector } from "./texts.ts";

const missingWords = ["Continue", "Fail"];

/** Mouse and scroll actions on the page. */
export const actionOptions: readonly CaptureOption[] = [
  {
    path: "click.selector",
    text: "is the CSS selector of the element to click after scripts and waiting. The first visible match counts.",
    required: true,
    value: selector,
    http: { name: "click", type: "string" },
  },
  {
    path: "click.whenMissing",
    text: "says what happens if no visible element matches: the job fails with SelectorNotFound, or nothing is clicked.",
    value: { type: "word", words: missingWords, default: "Fail" },
    http: {
      name: "error_on_click_selector_not_found",
      type: "boolean",
      words: { true: "Fail", false: "Continue" },
      needs: ["click"],
      text: "says whether the call fails if no visible element matches `click`.",
    },
  },
  {
    path: "hover.selector",
    text: "is the CSS selector of the element under the mouse in the picture. The first visible match counts.",
    required: true,
    value: selector,
    http: { name: "hover", type: "string" },
  },
  {
    path: "hover.whenMissing",
    text: "says what happens if no visible element matches: the job fails with SelectorNotFound, or the mouse does not move.",
    value: { type: "word", words: missingWords, default: "Fail" },
    http: {
      name: "error_on_hover_selector_not_found",
      type: "boolean",
      words: { true: "Fail", false: "Continue" },
      needs: ["hover"],
      text: "says whether the call fails if no visible element matches `hover`.",
    },
  },
  {
    path: "scrollIntoView.selector",
    text: "is the CSS selector of the element to scroll to the top of the viewport. The first visible match counts.",
    required: true,
    value: selector,
    http: {
      name: "scroll_into_view",
      type: "string",
      implies: { "scrollIntoView.whenMissing": "Continue" },
    },
  },
  {
    path: "scrollIntoView.adjustTopPixels",
    text: "is the distance to scroll further down, in CSS pixels. Negative values scroll less far.",
    value: { type: "integer", minimum: -100_000, maximum: 100_000, default: 0 },
    http: { name: "scroll_into_view_adjust_top", type: "integer", needs: ["scroll_into_view"] },
  },
  {
    path: "scrollIntoView.whenMissing",
    text: "says what happens if no visible element matches: the job fails with SelectorNotFound, or the page is captured without scrolling.",
    value: { type: "word", words: missingWords, default: "Fail" },
  },
];
