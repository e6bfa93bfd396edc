import { flag, foldedWords, integer, text, type SchemaRow } from "./rows.ts";
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
  integer("clip_x", { ...onlyGIF, among: [0, 10] }),
  integer("clip_y", { ...onlyGIF, among: [0, 10] }),
  integer("clip_width", { ...onlyGIF, among: [100] }),
  integer("clip_height", { ...onlyGIF, among: [100] }),
];

export const animateRows: readonly SchemaRow[] = [...own, ...commonRows];
