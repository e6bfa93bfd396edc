import type { CaptureOption } from "../capture-option.ts";
import { selector } from "../text-rules.ts";

const eventWords = {
  load: "Load",
  domcontentloaded: "DOMContentLoaded",
  networkidle0: "NetworkIdle0",
  networkidle2: "NetworkIdle2",
} as const;

/** Waits and time limits. */
export const timingOptions: readonly CaptureOption[] = [
  {
    path: "wait.until",
    text: "lists page events to wait for. NetworkIdle0 and NetworkIdle2 mean half a second with no or at most two open requests.",
    value: {
      type: "list",
      items: { type: "word", words: Object.values(eventWords) },
      minItems: 1,
      maxItems: 4,
      unordered: true,
      default: ["Load"],
    },
    http: {
      name: "wait_until",
      type: "list",
      words: eventWords,
      text: "lists page events to wait for. `networkidle0` and `networkidle2` mean half a second with no or at most two open requests.",
    },
  },
  {
    path: "wait.selector",
    text: "is a CSS selector to wait for, until an element matches it, visible or not.",
    value: selector,
    http: { name: "wait_for_selector", type: "string" },
  },
  {
    path: "wait.selectorCount",
    text: "says how many elements must match if `selector` lists several selectors: one, or as many as there are selectors. AtLeastOne unless given.",
    value: { type: "word", words: ["AtLeastOne", "AtLeastByCount"] },
    http: {
      name: "wait_for_selector_algorithm",
      type: "string",
      words: { at_least_one: "AtLeastOne", at_least_by_count: "AtLeastByCount" },
      text: "says how many elements must match if `wait_for_selector` lists several selectors: one (`at_least_one`), or as many as there are selectors (`at_least_by_count`). `at_least_one` unless given.",
    },
  },
  {
    path: "wait.afterScripts",
    text: "lists page events to wait for after `scripts` have run, including those of a page that a script navigates to. Without it, a script that navigates fails with ScriptTriggeredRedirect.",
    value: {
      type: "list",
      items: { type: "word", words: Object.values(eventWords) },
      minItems: 1,
      maxItems: 4,
      unordered: true,
    },
    http: {
      name: "scripts_wait_until",
      type: "list",
      words: eventWords,
      text: "lists page events to wait for after `scripts` have run, including those of a page that a script navigates to. Without it, a script that navigates fails with `script_triggers_redirect`.",
    },
  },
  {
    path: "wait.delaySeconds",
    text: "is the delay after all other waits.",
    atMost: "captureTimeoutSeconds",
    value: { type: "integer", minimum: 0, maximum: 300, default: 0 },
    http: {
      name: "delay",
      type: "integer",
      maximumUnless: { maximum: 30, path: "captureTimeoutSeconds", above: 300 },
    },
  },
  {
    path: "captureTimeoutSeconds",
    text: "is the time limit of one attempt, from opening the page to storing the picture. The job's `activeDeadlineSeconds` may end it earlier.",
    value: { type: "integer", minimum: 1, maximum: 600, default: 60 },
    http: {
      name: "timeout",
      type: "integer",
      zeroIsDefault: true,
      maximum: 90,
      asynchronous: { default: 600, maximum: 600 },
      text: "is the time limit of the call, from opening the page to storing the picture.",
      // Half a minute of frames takes longer than a picture.
      onAnimate: { default: 90 },
    },
  },
  {
    path: "navigationTimeoutSeconds",
    text: "is the time limit for loading the page. `captureTimeoutSeconds` may end it earlier.",
    value: { type: "integer", minimum: 1, maximum: 300, default: 30 },
    http: {
      ...({ name: "navigation_timeout", type: "integer" } as const),
      zeroIsDefault: true,
      maximum: 30,
      text: "is the time limit for loading the page. `timeout` may end it earlier.",
    },
  },
];
