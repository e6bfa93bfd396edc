import type { CaptureOption } from "../capture-option.ts";
import { easingNames } from "../easings.ts";
import type { HTTPOption } from "../http-option.ts";
import type { NumberValue } from "../option-value.ts";
import { selector } from "../text-rules.ts";

const animate = { endpoint: "animate" } as const;
const milliseconds: NumberValue = { type: "integer", minimum: 0, maximum: 30_000 };
const ofMilliseconds = (name: string): HTTPOption => ({ name, type: "integer", ...animate });
const ofSwitch = (name: string): HTTPOption => ({ name, type: "boolean", ...animate });

/** What happens on a page while it is recorded: nothing, or scrolling. */
export const scrollOptions: readonly CaptureOption[] = [
  {
    path: "animation.scenario",
    text: "says what happens on the page: nothing but what it does by itself (Default), or it is scrolled (Scroll). Default unless given. Without Scroll, the options below have no effect.",
    value: { type: "word", words: ["Default", "Scroll"] },
    http: {
      ...{ name: "scenario", type: "string", ...animate, folded: true },
      words: { default: "Default", scroll: "Scroll" },
    },
  },
  {
    path: "animation.scrollDurationMilliseconds",
    text: "is how long one scroll step takes. 1,500 unless given.",
    value: { ...milliseconds, minimum: 100 },
    http: ofMilliseconds("scroll_duration"),
  },
  {
    path: "animation.scrollDelayMilliseconds",
    text: "is the pause after a scroll step. 500 unless given.",
    value: milliseconds,
    http: ofMilliseconds("scroll_delay"),
  },
  {
    path: "animation.scrollByPixels",
    text: "is the length of a scroll step, in CSS pixels. 1,000 unless given.",
    value: { type: "integer", minimum: 1, maximum: 100_000 },
    http: { name: "scroll_by", type: "integer", ...animate },
  },
  {
    path: "animation.scrollEasing",
    text: "says how a scroll step begins and ends: Linear, or slowly at its beginning (In), its end (Out) or both (InOut), the slower the higher the power. EaseInOutQuint unless given.",
    value: { type: "word", words: Object.values(easingNames) },
    http: {
      ...{ name: "scroll_easing", type: "string", ...animate, folded: true },
      words: easingNames,
      text: "says how a scroll step begins and ends: `linear`, or slowly at its beginning (in), its end (out) or both (in_out), the slower the higher the power. `ease_in_out_quint` unless given.",
    },
  },
  {
    path: "animation.scrollStartImmediately",
    text: "says whether the first scroll step comes without a pause before it. True unless given.",
    value: { type: "boolean" },
    http: ofSwitch("scroll_start_immediately"),
  },
  {
    path: "animation.scrollStartDelayMilliseconds",
    text: "is how long the page stands still at first. 0 unless given.",
    value: milliseconds,
    http: ofMilliseconds("scroll_start_delay"),
  },
  {
    path: "animation.scrollComplete",
    text: "says whether the animation is over when the page has been scrolled to its end and, with `scrollBack`, back, if that is before `durationSeconds`. True unless given.",
    value: { type: "boolean" },
    http: {
      ...ofSwitch("scroll_complete"),
      text: "says whether the animation is over when the page has been scrolled to its end and, with `scroll_back`, back, if that is before `duration`.",
    },
  },
  {
    path: "animation.scrollBack",
    text: "says whether the page is scrolled back to its top. True unless given.",
    value: { type: "boolean" },
    http: ofSwitch("scroll_back"),
  },
  {
    path: "animation.scrollBackAlgorithm",
    text: "says how the page goes back: in one movement (Once), or in steps as it went down (Repeat). Once unless given.",
    value: { type: "word", words: ["Once", "Repeat"] },
    http: {
      ...{ name: "scroll_back_algorithm", type: "string", ...animate, folded: true },
      words: { once: "Once", repeat: "Repeat" },
    },
  },
  {
    path: "animation.scrollBackAfterMilliseconds",
    text: "is when the page goes back, wherever it is then. At its end unless given.",
    value: milliseconds,
    http: {
      ...ofMilliseconds("scroll_back_after_duration"),
      notWith: ["scroll_stop_after_duration"],
    },
  },
  {
    path: "animation.scrollStopAfterMilliseconds",
    text: "is when scrolling ends for good, wherever the page is then.",
    value: milliseconds,
    http: {
      ...ofMilliseconds("scroll_stop_after_duration"),
      onlyWithWords: { name: "scroll_back", words: ["false"], default: "true" },
    },
  },
  {
    path: "animation.scrollTillSelector",
    text: "is the CSS selector of an element at which scrolling ends, instead of the page's end: when it has come to the top of the window. The first visible match counts; without one the page is scrolled to its end, with a warning.",
    value: selector,
    http: { name: "scroll_till_selector", type: "string", ...animate },
  },
  {
    path: "animation.scrollTillSelectorAdjustTopPixels",
    text: "is the distance to scroll further than the element, in CSS pixels. Negative values scroll less far.",
    value: { type: "integer", minimum: -100_000, maximum: 100_000 },
    http: { name: "scroll_till_selector_adjust_top", type: "integer", ...animate },
  },
  {
    path: "animation.scrollToEndAfterMilliseconds",
    text: "is when the page goes to its end in one movement.",
    value: milliseconds,
    http: ofMilliseconds("scroll_to_end_after"),
  },
];
