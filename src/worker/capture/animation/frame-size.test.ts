import assert from "node:assert/strict";
import { test } from "node:test";
import { aCaptureSpec } from "../../../../test/support/capture-spec.ts";
import { capturedSize, fileSize } from "./frame-size.ts";

const viewport = { widthPixels: 401, heightPixels: 301, deviceScalePercent: 150 };

test("what is captured is the window, or the clip, in pixels of the screen", () => {
  assert.deepEqual(capturedSize(aCaptureSpec({ viewport })), {
    widthPixels: 602,
    heightPixels: 452,
  });
  const clip = { xPixels: 10, yPixels: 10, widthPixels: 100, heightPixels: 51 };
  assert.deepEqual(capturedSize(aCaptureSpec({ viewport, clip })), {
    widthPixels: 150,
    heightPixels: 77,
  });
});

test("frames larger than 3840 x 2160 are refused, with what to do", () => {
  const largest = { widthPixels: 3840, heightPixels: 2160, deviceScalePercent: 100 };
  assert.equal(capturedSize(aCaptureSpec({ viewport: largest })).widthPixels, 3840);
  assert.throws(
    () => capturedSize(aCaptureSpec({ viewport: { ...largest, heightPixels: 2161 } })),
    {
      reason: "PictureTooLarge",
      message: /would be 3840 x 2161 pixels, but at most .* Choose a smaller viewport/,
    },
  );
});

test("a video has even edges, a GIF those of the window", () => {
  const captured = { widthPixels: 601, heightPixels: 451 };
  const animation = { durationSeconds: 1 };
  const sizeAs = (format: "MP4" | "GIF", box = {}) =>
    fileSize(aCaptureSpec({ format, animation: { ...animation, ...box } }), captured);
  assert.deepEqual(sizeAs("MP4"), { widthPixels: 602, heightPixels: 452 });
  assert.deepEqual(sizeAs("GIF"), captured);
  const box = { widthPixels: 321, heightPixels: 240 };
  assert.deepEqual(sizeAs("MP4", box), { widthPixels: 322, heightPixels: 240 });
  assert.deepEqual(sizeAs("GIF", box), box);
});
