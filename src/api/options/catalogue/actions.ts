import type { CaptureOption } from "../capture-option.ts";
import type { HTTPOption } from "../http-option.ts";
import { selector } from "../text-rules.ts";

/** What happens if no visible element matches the selector of the group. */
function whenMissing(
  group: string,
  otherwise: string,
): Pick<CaptureOption, "path" | "text" | "value"> {
  return {
    path: `${group}.whenMissing`,
    text: `says what happens if no visible element matches: the job fails with SelectorNotFound, or ${otherwise}.`,
    value: { type: "word", words: ["Continue", "Fail"], default: "Fail" },
  };
}

/** The switch of `/take` for it. */
function missingSwitch(name: string): HTTPOption {
  return {
    name: `error_on_${name}_selector_not_found`,
    type: "boolean",
    words: { true: "Fail", false: "Continue" },
    text: `says whether the call fails if no visible element matches \`${name}\`.`,
  };
}

/** Mouse and scroll actions on the page. */
export const actionOptions: readonly CaptureOption[] = [
  {
    path: "click.selector",
    text: "is the CSS selector of the element to click after scripts and waiting. The first visible match counts.",
    required: true,
    value: selector,
    http: { name: "click", type: "string" },
  },
  { ...whenMissing("click", "nothing is clicked"), http: missingSwitch("click") },
  {
    path: "hover.selector",
    text: "is the CSS selector of the element under the mouse in the picture. The first visible match counts.",
    required: true,
    value: selector,
    http: { name: "hover", type: "string" },
  },
  { ...whenMissing("hover", "the mouse does not move"), http: missingSwitch("hover") },
  {
    path: "scrollIntoView.selector",
    text: "is the CSS selector of the element to scroll to the top of the viewport. The first visible match counts.",
    required: true,
    value: selector,
    http: {
      name: "scroll_into_view",
      type: "string",
      endpoint: "take",
      implies: { "scrollIntoView.whenMissing": "Continue" },
    },
  },
  {
    path: "scrollIntoView.adjustTopPixels",
    text: "is the distance to scroll further down, in CSS pixels. Negative values scroll less far.",
    value: { type: "integer", minimum: -100_000, maximum: 100_000, default: 0 },
    http: { name: "scroll_into_view_adjust_top", type: "integer", endpoint: "take" },
  },
  whenMissing("scrollIntoView", "the page is captured without scrolling"),
];
