import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { findPlainPart, isPlainPicture } from "./plain-picture.ts";

for (const channels of [1, 3, 4] as const)
  test(`one pixel of another colour makes a picture of ${channels} channels not plain`, async () => {
    const plain = Buffer.alloc(90 * 70 * channels, 200);
    const spotted = Buffer.from(plain);
    spotted[(90 * 69 + 45) * channels] = 199;
    const encode = (pixels: Buffer): Promise<Buffer> =>
      sharp(pixels, { raw: { width: 90, height: 70, channels } })
        .png()
        .toBuffer();

    assert.equal(await isPlainPicture(await encode(plain)), true);
    assert.equal(await isPlainPicture(await encode(spotted)), false);
  });

test("a picture whose colour has different channels is plain", async () => {
  const bytes = await sharp({
    create: { width: 10, height: 10, channels: 3, background: "#336699" },
  })
    .png()
    .toBuffer();

  assert.equal(await isPlainPicture(bytes), true);
});

test("two halves of different colours are not plain", async () => {
  const pixels = Buffer.from(Array.from({ length: 64 * 64 }, (_, index) => (index < 2048 ? 1 : 2)));
  const bytes = await sharp(pixels, { raw: { width: 64, height: 64, channels: 1 } })
    .png()
    .toBuffer();

  assert.equal(await isPlainPicture(bytes), false);
});

test("the longest part of one colour is found between others", async () => {
  const rows = Array.from({ length: 100 }, (_, row) => (row < 20 ? row : row < 90 ? 200 : 100));
  const pixels = Buffer.from(rows.flatMap((value) => [value, value, value, value]));
  const bytes = await sharp(pixels, { raw: { width: 4, height: 100, channels: 1 } })
    .png()
    .toBuffer();

  assert.deepEqual(await findPlainPart(bytes), { from: 0.2, to: 0.9 });
});
