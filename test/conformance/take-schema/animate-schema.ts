import { flag, foldedWords, integer, list, text, type SchemaRow } from "./rows.ts";
import { commonRows } from "./schema.ts";

/*
 * The options of the original API's `/animate`: what it has in common with `/take`, and its own, written from its documentation and its
 * published rules.
 */

const box = { with: { width: 640, height: 480 }, refusedWith: [] };
const onlyGIF = {
  with: { format: "gif" },
  refusedWith: [{}, { format: "mp4" }, { format: "webm" }],
  takenWith: [{ format: "GIF", clip_width: 100, clip_height: 100 }],
};

const own: SchemaRow[] = [
  text("url", ["https://example.com"], { takenWith: [{ html: "<p>" }] }),
  foldedWords("format", ["mp4", "mov", "avi", "webm", "gif"], {
    bad: ["png", "jpg", "pdf", "html"].map((format) => [format, "must be one of"] as const),
  }),
  integer("duration", { least: 1, most: 30, among: [5] }),
  integer("width", { ...box, among: [320, 640] }),
  integer("height", { ...box, among: [240, 480] }),
  foldedWords("aspect_ratio", ["4:3", "16:9"], {
    bad: [["1:1", "must be one of"]],
    takenWith: [box.with, { viewport_width: 800, viewport_height: 600 }],
  }),
  flag("omit_background", {
    with: { format: "mov" },
    refusedWith: [{}, ...["mp4", "webm", "avi", "gif"].map((format) => ({ format }))],
  }),
  foldedWords("scenario", ["default", "scroll"]),
  integer("scroll_duration", { least: 100, among: [1500] }),
  integer("scroll_delay", { least: 0, among: [500] }),
  integer("scroll_by", { least: 1, among: [1000] }),
  flag("scroll_start_immediately"),
  integer("scroll_start_delay", { least: 0, among: [300] }),
  flag("scroll_complete"),
  flag("scroll_back"),
  foldedWords("scroll_back_algorithm", ["once", "repeat"]),
  integer("scroll_back_after_duration", {
    ...{ least: 0, among: [1000] },
    refusedWith: [{ scroll_back: false, scroll_stop_after_duration: 1000 }],
  }),
  integer("scroll_stop_after_duration", {
    ...{ with: { scroll_back: false }, least: 0, among: [1000] },
    refusedWith: [{}, { scroll_back: true }, { scroll_back: "true" }],
  }),
  text("scroll_till_selector", ["#pricing", "main > .a"]),
  integer("scroll_till_selector_adjust_top", { among: [-10, 0, 10] }),
  integer("scroll_to_end_after", { least: 0, among: [1000] }),
  flag("scroll_try_navigate"),
  integer("scroll_navigate_after", { least: 0, among: [1000] }),
  text("scroll_navigate_to_url", ["https://example.com/pricing"], {
    bad: [["example.com", "must be a valid URI"]],
  }),
  list("scroll_navigate_link_hints", ["pricing", "about"]),
  foldedWords("scroll_easing", [
    "linear",
    ...["in", "out", "in_out"].flatMap((ends) =>
      ["quad", "cubic", "quart", "quint"].map((curve) => `ease_${ends}_${curve}`),
    ),
  ]),
  integer("clip_x", { ...onlyGIF, among: [0, 10] }),
  integer("clip_y", { ...onlyGIF, among: [0, 10] }),
  integer("clip_width", { ...onlyGIF, among: [100] }),
  integer("clip_height", { ...onlyGIF, among: [100] }),
];

export const animateRows: readonly SchemaRow[] = [...own, ...commonRows];
