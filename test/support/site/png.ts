import { crc32, deflateSync } from "node:zlib";
import type { Colour } from "./colours.ts";

/** Colour of one pixel. */
export type Painter = (x: number, y: number) => Colour;

/** A PNG without alpha, eight bits a channel (W3C PNG, sections 5 and 11.2). */
export function encodePNG(width: number, height: number, paint: Painter): Buffer {
  const rowLength = 1 + width * 3;
  const raw = Buffer.alloc(rowLength * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) raw.set(paint(x, y), y * rowLength + 1 + x * 3);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(raw)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A picture of one colour. */
export function plainPNG(width: number, height: number, colour: Colour): Buffer {
  return encodePNG(width, height, () => colour);
}

/** Something like a photograph of a product: a soft background with grain, and a plain block in its middle. */
export function photoPNG(width: number, height: number, colour: Colour): Buffer {
  return encodePNG(width, height, (x, y) => {
    const isMiddle = Math.abs(x - width / 2) < width / 4 && Math.abs(y - height / 2) < height / 4;
    if (isMiddle) return colour;
    const light = 200 + Math.round((40 * y) / height) + ((x * 7 + y * 13) % 11);
    return [light, light, Math.max(0, light - 8)];
  });
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
