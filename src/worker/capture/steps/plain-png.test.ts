import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { isPlainPNG } from "./plain-png.ts";

for (const channels of [3, 4] as const)
  for (const adaptiveFiltering of [false, true])
    test(`one pixel of another colour is found, ${channels} channels, filters ${adaptiveFiltering}`, async () => {
      const plain = Buffer.alloc(90 * 70 * channels, 200);
      const spotted = Buffer.from(plain);
      spotted[(90 * 69 + 45) * channels] = 199;
      const encode = (pixels: Buffer): Promise<Buffer> =>
        sharp(pixels, { raw: { width: 90, height: 70, channels } })
          .png({ adaptiveFiltering })
          .toBuffer();

      assert.equal(isPlainPNG(await encode(plain)), true);
      assert.equal(isPlainPNG(await encode(spotted)), false);
    });

test("a gradient, which uses every filter, is not plain", async () => {
  const pixels = Buffer.from(
    Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7 + (index >> 6)) % 256),
  );
  const bytes = await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
    .png({ adaptiveFiltering: true })
    .toBuffer();

  assert.equal(isPlainPNG(bytes), false);
});

test("a picture with a palette is not looked at", async () => {
  const bytes = await sharp({
    create: { width: 10, height: 10, channels: 3, background: "white" },
  })
    .png({ palette: true })
    .toBuffer();

  assert.equal(isPlainPNG(bytes), false);
});
