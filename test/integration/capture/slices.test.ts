import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { PictureSlice } from "../../../src/worker/capture/steps/capture-step.ts";
import { assertColour, assertSize, decodePicture } from "../../support/picture.ts";
import { colourOf } from "../../support/site/colours.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const page = { url: "/tall?height=2500", extent: "FullPage" } as const;
const slicing = {
  ...{ scroll: false, scrollDelayMilliseconds: 400, slices: true },
  ...{ sliceHeightPixels: 1000, sliceOverlapPixels: 100 },
};

async function decoded(slices: readonly PictureSlice[] = []) {
  return await Promise.all(slices.map(({ bytes }) => decodePicture(bytes)));
}

for (const [format, name, tolerance] of [
  ["PNG", "png", 3],
  ["JPEG", "jpeg", 12],
  ["AVIF", "heif", 12],
] as const)
  test(`slices of a ${format} are parts of it in the same format`, async () => {
    const captured = await fixture.capture({ ...page, format, fullPage: slicing });

    const picture = await decodePicture(captured.bytes);
    const slices = await decoded(captured.slices);
    assertSize(picture, 1280, 2500);
    assert.deepEqual(
      slices.map((slice) => [slice.format, slice.width, slice.height]),
      [
        [name, 1280, 1000],
        [name, 1280, 1000],
        [name, 1280, 700],
      ],
    );
    for (const [index, slice] of slices.entries())
      for (const y of [60, 690]) {
        const top = index * 900;
        assertColour(slice, { x: 640, y }, colourOf(Math.floor((top + y) / 1000)), tolerance);
      }
  });

test("of a scaled picture, the scaled one is cut", async () => {
  const captured = await fixture.capture({
    ...page,
    resize: { widthPixels: 640 },
    fullPage: slicing,
  });

  const slices = await decoded(captured.slices);
  assert.deepEqual(
    slices.map(({ width, height }) => [width, height]),
    [
      [640, 1000],
      [640, 350],
    ],
  );
  assertColour(slices[1] ?? assert.fail(), { x: 320, y: 300 }, colourOf(2), 12);
});

test("without the option, and of a document, there are no slices", async () => {
  const plain = await fixture.capture({ ...page, fullPage: { ...slicing, slices: false } });
  const text = await fixture.capture({ ...page, format: "Markdown", fullPage: slicing });

  assert.equal(plain.slices, undefined);
  assert.equal(text.slices, undefined);
});

test("more slices than are stored are refused", async () => {
  const fullPage = { ...slicing, sliceHeightPixels: 100, sliceOverlapPixels: 0 };
  await assert.rejects(fixture.capture({ ...page, url: "/tall?height=10001", fullPage }), {
    reason: "PictureTooLarge",
    message: /would have 101 slices, but at most 100 are made/,
  });
});
