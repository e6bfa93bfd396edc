import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { readPictureSize } from "./picture-size.ts";

const blank = sharp({ create: { width: 321, height: 123, channels: 4, background: "#11223380" } });
const size = { widthPixels: 321, heightPixels: 123 };

for (const [title, bytes] of [
  ["PNG", () => blank.clone().png().toBuffer()],
  ["baseline JPEG", () => blank.clone().jpeg().toBuffer()],
  ["progressive JPEG", () => blank.clone().jpeg({ progressive: true }).toBuffer()],
  ["JPEG with a colour profile", () => blank.clone().withIccProfile("srgb").jpeg().toBuffer()],
  ["lossy WebP", () => blank.clone().removeAlpha().webp().toBuffer()],
  ["lossless WebP", () => blank.clone().removeAlpha().webp({ lossless: true }).toBuffer()],
  ["extended WebP", () => blank.clone().webp().toBuffer()],
] as const)
  test(`reads the size of a ${title}`, async () => {
    assert.deepEqual(await readPictureSize(await bytes()), size);
  });

test("refuses bytes that are no picture, and a picture that is cut off", async () => {
  const jpeg = await blank.clone().jpeg().toBuffer();

  await assert.rejects(readPictureSize(Buffer.from("<html>not a picture</html>")));
  await assert.rejects(readPictureSize(Buffer.alloc(0)));
  await assert.rejects(readPictureSize(jpeg.subarray(0, 10)));
});
