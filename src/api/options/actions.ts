import type { CaptureOption } from "./capture-option.ts";
import { selector } from "./texts.ts";

const missingWords = ["Continue", "Fail"];

/** What is done on the page with the mouse, or by scrolling. */
export const actionOptions: readonly CaptureOption[] = [
  {
    path: "click.selector",
    text: "is the CSS selector of the element to click on, after scripts and waiting; the first visible match counts.",
    required: true,
    value: selector,
    http: { name: "click", type: "string" },
  },
  {
    path: "click.whenMissing",
    text: "says what happens when nothing visible matches: the job fails with SelectorNotFound, or nothing is clicked.",
    value: { type: "word", words: missingWords, default: "Fail" },
    http: {
      name: "error_on_click_selector_not_found",
      type: "boolean",
      words: { true: "Fail", false: "Continue" },
      needs: ["click"],
      text: "says whether the call fails when nothing visible matches `click`.",
    },
  },
  {
    path: "hover.selector",
    text: "is the CSS selector of the element the mouse rests on in the picture; the first visible match counts.",
    required: true,
    value: selector,
    http: { name: "hover", type: "string" },
  },
  {
    path: "hover.whenMissing",
    text: "says what happens when nothing visible matches: the job fails with SelectorNotFound, or the mouse stays away.",
    value: { type: "word", words: missingWords, default: "Fail" },
    http: {
      name: "error_on_hover_selector_not_found",
      type: "boolean",
      words: { true: "Fail", false: "Continue" },
      needs: ["hover"],
      text: "says whether the call fails when nothing visible matches `hover`.",
    },
  },
  {
    path: "scrollIntoView.selector",
    text: "is the CSS selector of the element that is scrolled to the top of the viewport; the first visible match counts.",
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
    text: "is how much further down (or, negative, less far) the page is scrolled, in CSS pixels.",
    value: { type: "integer", minimum: -100_000, maximum: 100_000, default: 0 },
    http: { name: "scroll_into_view_adjust_top", type: "integer", needs: ["scroll_into_view"] },
  },
  {
    path: "scrollIntoView.whenMissing",
    text: "says what happens when nothing visible matches: the job fails with SelectorNotFound, or the page is captured where it is.",
    value: { type: "word", words: missingWords, default: "Fail" },
  },
];
