import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { aCaptureSpec } from "../../../../test/support/capture-spec.ts";
import { checkPictureSize, tallestPixels } from "./picture-limits.ts";

const maxAreaPixels = 60_000_000;

function captureOf(
  format: CaptureSpec["format"],
  extent: CaptureSpec["extent"],
  deviceScalePercent = 100,
): CaptureSpec {
  return aCaptureSpec({
    format,
    extent,
    viewport: { widthPixels: 500, heightPixels: 500, deviceScalePercent },
  });
}

for (const [format, limit] of [
  ["JPEG", 65_535],
  ["WebP", 16_383],
] as const)
  test(`a ${format} may be ${limit} pixels high and no more`, () => {
    const capture = captureOf(format, "FullPage");
    const size = { widthPixels: 500, heightPixels: limit };

    checkPictureSize(capture, size, maxAreaPixels);
    assert.throws(
      () => checkPictureSize(capture, { ...size, heightPixels: limit + 1 }, maxAreaPixels),
      {
        reason: "PictureTooLarge",
        message: `The picture would be 500 x ${limit + 1} pixels, but ${format} holds at most ${limit} pixels in width and height. Set fullPage.maxHeightPixels to ${limit} or less, or a lower viewport.deviceScalePercent, or another format`,
      },
    );
    assert.equal(tallestPixels(capture, maxAreaPixels), limit);
  });

test("a PNG is limited by its area, in pixels of the picture", () => {
  const capture = captureOf("PNG", "FullPage", 200);

  checkPictureSize(capture, { widthPixels: 500, heightPixels: 30_000 }, maxAreaPixels);
  assert.throws(
    () => checkPictureSize(capture, { widthPixels: 500, heightPixels: 30_001 }, maxAreaPixels),
    {
      reason: "PictureTooLarge",
      message:
        "The picture would be 1000 x 60002 pixels, but at most 60 megapixels are allowed. Set fullPage.maxHeightPixels to 30000 or less, or a lower viewport.deviceScalePercent",
    },
  );
});

test("the advice suits the extent", () => {
  const huge = { widthPixels: 10_000, heightPixels: 10_000 };

  assert.throws(() => checkPictureSize(captureOf("PNG", "Element"), huge, maxAreaPixels), {
    message: /Choose a smaller element, or a lower viewport\.deviceScalePercent$/,
  });
  assert.throws(() => checkPictureSize(captureOf("PNG", "Viewport"), huge, maxAreaPixels), {
    message: /Choose a smaller viewport or clip/,
  });
});

test("the picture that a picture is scaled to has the limits, too", () => {
  const window = { widthPixels: 1280, heightPixels: 1024 };
  const scaledTo =
    (format: CaptureSpec["format"], resize: { widthPixels: number; heightPixels?: number }) => () =>
      checkPictureSize({ ...captureOf(format, "Viewport"), resize }, window, maxAreaPixels);

  scaledTo("WebP", { widthPixels: 8_000, heightPixels: 16_000 })();
  assert.throws(scaledTo("WebP", { widthPixels: 16_383 }), {
    reason: "PictureTooLarge",
    message:
      "The picture would be scaled to 16383 x 13106 pixels, but at most 60 megapixels are allowed. Choose a smaller resize.widthPixels or resize.heightPixels",
  });
  const flat = { widthPixels: 1280, heightPixels: 10 };
  assert.throws(
    () =>
      checkPictureSize(
        { ...captureOf("WebP", "Viewport"), resize: { widthPixels: 16_384 } },
        flat,
        maxAreaPixels,
      ),
    { message: /scaled to 16384 x 128 pixels, but WebP holds at most 16383 pixels/ },
  );
});

test("a picture that is scaled afterwards is limited by area only, since it is captured as PNG", () => {
  const capture = { ...captureOf("WebP", "FullPage"), resize: { widthPixels: 100 } };
  checkPictureSize(capture, { widthPixels: 500, heightPixels: 20_000 }, maxAreaPixels);
  assert.throws(
    () => checkPictureSize(capture, { widthPixels: 50, heightPixels: 20_000 }, maxAreaPixels),
    { message: /scaled to 100 x 40000 pixels, but WebP holds at most/ },
  );
});
