import assert from "node:assert/strict";
import sharp from "sharp";
import type { Colour } from "./site/colours.ts";

/** A decoded picture: its size, and the colours of its pixels. */
export class DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly #pixels: Buffer;

  constructor(pixels: Buffer, facts: { width: number; height: number; format: string }) {
    this.#pixels = pixels;
    this.width = facts.width;
    this.height = facts.height;
    this.format = facts.format;
  }

  colourAt(x: number, y: number): Colour {
    assert.ok(
      x >= 0 && y >= 0 && x < this.width && y < this.height,
      `There is no pixel ${x},${y} in a picture of ${this.width} x ${this.height}`,
    );
    const offset = (Math.round(y) * this.width + Math.round(x)) * 3;
    const [red = 0, green = 0, blue = 0] = this.#pixels.subarray(offset, offset + 3);
    return [red, green, blue];
  }

  /** The number of pixels in a rectangle for which the condition holds. */
  count(
    area: { x: number; y: number; width: number; height: number },
    holds: (colour: Colour) => boolean,
  ): number {
    let count = 0;
    for (let y = area.y; y < area.y + area.height; y += 1)
      for (let x = area.x; x < area.x + area.width; x += 1)
        if (holds(this.colourAt(x, y))) count += 1;
    return count;
  }
}

/** Decodes a PNG, JPEG or WebP of any size; transparent pixels become white. */
export async function decodePicture(bytes: Buffer): Promise<DecodedPicture> {
  const image = sharp(bytes, { limitInputPixels: false });
  const { format } = await image.metadata();
  const { data: pixels, info } = await image
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return new DecodedPicture(pixels, { width: info.width, height: info.height, format });
}

/**
 * Fails unless the pixel has the colour; each channel may be off by the tolerance.
 * Lossless pictures of plain blocks are exact but for colour management; JPEG and WebP need about 12.
 */
export function assertColour(
  picture: DecodedPicture,
  at: { x: number; y: number },
  expected: Colour,
  tolerance = 3,
): void {
  const actual = picture.colourAt(at.x, at.y);
  const isClose = actual.every(
    (channel, index) => Math.abs(channel - (expected[index] ?? 0)) <= tolerance,
  );
  assert.ok(
    isClose,
    `The pixel at ${at.x},${at.y} is rgb(${actual.join(", ")}), expected rgb(${expected.join(", ")})`,
  );
}

export function assertSize(picture: DecodedPicture, width: number, height: number): void {
  assert.deepEqual({ width: picture.width, height: picture.height }, { width, height });
}
