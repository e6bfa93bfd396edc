import type { CaptureOption } from "./capture-option.ts";
import { selector } from "./texts.ts";

const eventWords = {
  load: "Load",
  domcontentloaded: "DOMContentLoaded",
  networkidle0: "NetworkIdle0",
  networkidle2: "NetworkIdle2",
} as const;

/** What is waited for, and how long. */
export const timingOptions: readonly CaptureOption[] = [
  {
    path: "wait.until",
    text: "names the events of the page to wait for. NetworkIdle0 and NetworkIdle2 mean half a second with no or at most two open requests.",
    value: {
      type: "list",
      items: { type: "word", words: Object.values(eventWords) },
      minItems: 1,
      maxItems: 4,
      unordered: true,
      default: ["Load"],
    },
    http: { name: "wait_until", type: "list", words: eventWords },
  },
  {
    path: "wait.selector",
    text: "is a CSS selector to wait for until something matches it, visible or not.",
    value: selector,
    http: { name: "wait_for_selector", type: "string" },
  },
  {
    path: "wait.selectorCount",
    text: "says how much has to match where `selector` lists several: something, or as many elements as there are selectors. AtLeastOne unless given.",
    value: { type: "word", words: ["AtLeastOne", "AtLeastByCount"] },
    http: {
      name: "wait_for_selector_algorithm",
      type: "string",
      words: { at_least_one: "AtLeastOne", at_least_by_count: "AtLeastByCount" },
      needs: ["wait_for_selector"],
    },
  },
  {
    path: "wait.afterScripts",
    text: "names the events to wait for after `scripts` have run, also those of the page that a script goes to; without it, a script that goes elsewhere fails with ScriptTriggeredRedirect.",
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
      needs: ["scripts"],
    },
  },
  {
    path: "wait.delaySeconds",
    text: "is how long to wait after everything else.",
    atMost: "captureTimeoutSeconds",
    value: { type: "integer", minimum: 0, maximum: 300, default: 0 },
    http: {
      name: "delay",
      type: "integer",
      maximum: 30,
      asynchronous: { default: 0, maximum: 300 },
    },
  },
  {
    path: "captureTimeoutSeconds",
    text: "is how long one attempt may take, from opening the page to the stored picture. The job's `activeDeadlineSeconds` ends it earlier.",
    value: { type: "integer", minimum: 1, maximum: 600, default: 60 },
    http: {
      name: "timeout",
      type: "integer",
      maximum: 90,
      asynchronous: { default: 600, maximum: 600 },
    },
  },
  {
    path: "navigationTimeoutSeconds",
    text: "is how long the page may take to load. `captureTimeoutSeconds` ends it earlier.",
    value: { type: "integer", minimum: 1, maximum: 300, default: 30 },
    http: { name: "navigation_timeout", type: "integer", maximum: 30 },
  },
];
