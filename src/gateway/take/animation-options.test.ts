import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCapture } from "./capture-parser.ts";
import { rawOptionsOfQuery } from "./raw-options.ts";

const parse = (query: string) =>
  parseCapture(rawOptionsOfQuery(`url=https://example.com&${query}`), false, "animate");

const windowOf = (query: string) => {
  const { spec, problems } = parse(query);
  assert.deepEqual(problems, []);
  return spec["viewport"];
};

test("a call without options is five seconds of MP4 in 4:3, with time enough for the frames", () => {
  const { spec, problems, warnings } = parse("");
  assert.deepEqual([problems, warnings], [[], []]);
  assert.equal(spec["format"], "MP4");
  assert.deepEqual(spec["animation"], {});
  assert.deepEqual(spec["viewport"], { heightPixels: 960 });
  assert.equal(spec["captureTimeoutSeconds"], 90);
});

test("the window's height follows from the aspect ratio", () => {
  assert.deepEqual(windowOf("viewport_width=800"), { widthPixels: 800, heightPixels: 600 });
  assert.deepEqual(windowOf("aspect_ratio=16:9"), { heightPixels: 720 });
  const both = "viewport_width=1600&viewport_height=300&aspect_ratio=%2016:9%20";
  assert.deepEqual(windowOf(both), { widthPixels: 1600, heightPixels: 900 });
});

test("without an aspect ratio a given height, a device or a size of the file leaves the window alone", () => {
  assert.deepEqual(windowOf("viewport_height=300"), { heightPixels: 300 });
  assert.equal(windowOf("width=640&height=360"), undefined);
  const { viewport } = parse("viewport_device=iphone_13").spec;
  assert.deepEqual(Object.entries(viewport ?? {}).slice(0, 2), [
    ["widthPixels", 390],
    ["heightPixels", 844],
  ]);
});

test("width and height are the size of the file, unless there is an aspect ratio", () => {
  const size = parse("width=640&height=360&duration=30");
  assert.deepEqual(size.spec["animation"], {
    ...{ widthPixels: 640, heightPixels: 360 },
    durationSeconds: 30,
  });
  const { spec, warnings } = parse("width=640&height=360&aspect_ratio=4:3");
  assert.deepEqual(spec["animation"], {});
  assert.deepEqual(warnings, [
    '"width" had no effect, since "aspect_ratio" was given as well',
    '"height" had no effect, since "aspect_ratio" was given as well',
  ]);
});

test("a wrong aspect ratio is told", () => {
  assert.deepEqual(parse("aspect_ratio=1:1").problems, [
    '"aspect_ratio" must be one of [4:3, 16:9]',
  ]);
});

test("a clip is for a GIF only, and a transparent background for MOV", () => {
  assert.deepEqual(parse("clip_x=1").problems, [
    '"clip_x" is not allowed with "format" mp4, only with gif',
  ]);
  const { spec } = parse("format=gif&clip_x=10&clip_width=100&clip_height=50");
  assert.deepEqual(spec["clip"], { xPixels: 10, widthPixels: 100, heightPixels: 50 });
  assert.deepEqual(parse("omit_background=true").problems, [
    '"omit_background" is not allowed with "format" mp4, only with mov',
  ]);
  assert.equal(parse("format=mov&omit_background=true").spec["background"], "Transparent");
});
