import type { CaptureOption } from "../capture-option.ts";

/** What is kept off the page with lists that ship with the worker. */
export const blockingOptions: readonly CaptureOption[] = [
  {
    path: "block.ads",
    text: "says whether advertisements are blocked: neither loaded nor shown.",
    value: { type: "boolean", default: false },
    http: { name: "block_ads", type: "boolean" },
  },
  {
    path: "block.trackers",
    text: "says whether counters, analytics and tag managers are blocked.",
    value: { type: "boolean", default: false },
    http: { name: "block_trackers", type: "boolean" },
  },
  {
    path: "block.cookieBanners",
    text: "says whether banners that ask for consent to cookies are answered, with a refusal where that is possible, or hidden: those of known consent managers, and others that can be refused.",
    value: { type: "boolean", default: false },
    http: { name: "block_cookie_banners", type: "boolean" },
  },
  {
    path: "block.bannersByHeuristics",
    text: "says whether banners that nothing is known of are hidden or accepted, too, by their place, words and buttons. It may hide what is no banner.",
    value: { type: "boolean", default: false },
    http: { name: "block_banners_by_heuristics", type: "boolean" },
  },
  {
    path: "block.chats",
    text: "says whether chat and support widgets are blocked.",
    value: { type: "boolean", default: false },
    http: { name: "block_chats", type: "boolean" },
  },
  {
    path: "block.socials",
    text: "says whether buttons and widgets of social networks are blocked.",
    value: { type: "boolean", default: false },
    http: { name: "block_socials", type: "boolean" },
  },
  {
    path: "block.annoyances",
    text: "says whether pop-ups, banners for apps and other annoyances are blocked.",
    value: { type: "boolean", default: false },
    http: { name: "block_annoyances", type: "boolean" },
  },
];
