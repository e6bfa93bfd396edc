import type { CaptureOption } from "../capture-option.ts";
import { longestURL, urlRules } from "../text-rules.ts";

const animate = { endpoint: "animate" } as const;

/** What a page that is scrolled goes on to. */
export const scrollNavigationOptions: readonly CaptureOption[] = [
  {
    path: "animation.scrollTryNavigate",
    text: "says whether the recording goes on to another page, which is scrolled like the first one from then on: `scrollNavigateToURL`, or a link of the page. It is opened as in a new tab, and comes into the picture when it has loaded; the animation does not show the time that takes. Where there is no such page the recording stays on the first one, with a warning. False unless given.",
    value: { type: "boolean" },
    http: {
      ...{ name: "scroll_try_navigate", type: "boolean", ...animate },
      text: "says whether the recording goes on to another page, which is scrolled like the first one from then on: `scroll_navigate_to_url`, or a link of the page. It is opened as in a new tab, and comes into the picture when it has loaded; the animation does not show the time that takes. Where there is no such page the recording stays on the first one, with a warning.",
    },
  },
  {
    path: "animation.scrollNavigateAfterMilliseconds",
    text: "is when the recording goes on to the other page. After half of `durationSeconds` unless given.",
    value: { type: "integer", minimum: 0, maximum: 30_000 },
    http: {
      ...{ name: "scroll_navigate_after", type: "integer", ...animate },
      text: "is when the recording goes on to the other page, in milliseconds. After half of `duration` unless given.",
    },
  },
  {
    path: "animation.scrollNavigateToURL",
    text: "is the address of the other page, http or https. Headers of the job go there only if it is on the same origin as `url`.",
    value: { type: "string", minLength: 1, maxLength: longestURL, rules: urlRules },
    http: {
      ...{ name: "scroll_navigate_to_url", type: "string", ...animate, syntax: "url" },
      text: "is the address of the other page, http or https. `headers` go there only if it is on the same origin as `url`.",
    },
  },
  {
    path: "animation.scrollNavigateLinkHints",
    text: "lists words, of which the text of the link has to contain one: the first one that a visible link to the same host contains decides. Unless given: pricing, about, customers, and if there is none, the first visible link to the same host.",
    value: {
      type: "list",
      items: { type: "string", minLength: 1, maxLength: 256 },
      minItems: 1,
      maxItems: 16,
    },
    http: { name: "scroll_navigate_link_hints", type: "list", ...animate },
  },
];
