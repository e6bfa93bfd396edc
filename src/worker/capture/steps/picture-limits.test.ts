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
