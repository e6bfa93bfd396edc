import { inflateSync } from "node:zlib";

/** Bytes of a pixel at eight bits a channel, by PNG colour type. */
const bytesPerPixel: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/**
 * Whether all pixels have the same colour. Reads what Chromium writes: eight bits a channel, RGB or RGBA, not interlaced
 * (W3C PNG, sections 5, 7.3 and 9); anything else counts as not plain.
 */
export function isPlainPNG(bytes: Buffer): boolean {
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const pixelLength = bytesPerPixel[bytes.readUInt8(25)];
  if (pixelLength === undefined || bytes.readUInt8(24) !== 8 || bytes.readUInt8(28) !== 0)
    return false;
  const raw = inflateSync(imageChunks(bytes));
  const rowLength = width * pixelLength;
  let before: Uint8Array = new Uint8Array(rowLength);
  let first: Uint8Array | undefined;
  for (let row = 0; row < height; row += 1) {
    const start = row * (rowLength + 1);
    const filter = raw.readUInt8(start);
    const line = raw.subarray(start + 1, start + 1 + rowLength);
    unfilter(line, { filter, before, pixelLength });
    first ??= line.slice(0, pixelLength);
    for (let index = 0; index < rowLength; index += 1)
      if (line[index] !== first[index % pixelLength]) return false;
    before = line;
  }
  return true;
}

function imageChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let offset = 8;
  while (offset < bytes.length) {
    const length = bytes.readUInt32BE(offset);
    const type = bytes.toString("latin1", offset + 4, offset + 8);
    if (type === "IDAT") chunks.push(bytes.subarray(offset + 8, offset + 8 + length));
    offset += length + 12;
  }
  return Buffer.concat(chunks);
}

interface Neighbours {
  filter: number;
  before: Uint8Array;
  pixelLength: number;
}

/** Turns a filtered row into bytes of pixels, in place. */
function unfilter(line: Uint8Array, { filter, before, pixelLength }: Neighbours): void {
  if (filter === 0) return;
  for (let index = 0; index < line.length; index += 1) {
    const left = line[index - pixelLength] ?? 0;
    const above = before[index] ?? 0;
    const corner = before[index - pixelLength] ?? 0;
    line[index] = (line[index] ?? 0) + predict(filter, left, above, corner);
  }
}

function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return Math.floor((left + above) / 2);
  const estimate = left + above - corner;
  const distances = [left, above, corner].map((value) => Math.abs(estimate - value));
  const nearest = Math.min(...distances);
  if (distances[0] === nearest) return left;
  return distances[1] === nearest ? above : corner;
}
