import sharp, { type Sharp } from "sharp";
import type { PictureFormat } from "../../api/options/formats.ts";
import type { ScaleOrder } from "./scale-order.ts";

// One picture at a time, in a process that is there for it alone.
sharp.cache(false);
sharp.concurrency(1);

/** The size was checked before the picture was taken. */
const anySize = { limitInputPixels: false } as const;

/** Whether the bytes are a picture that can be read. */
export async function isReadable(bytes: Buffer): Promise<boolean> {
  return await sharp(bytes, anySize)
    .metadata()
    .then(
      () => true,
      () => false,
    );
}

/** Scales a picture, up or down, until it fits the box in both directions, and encodes it. It keeps its proportions. */
export async function scalePicture(bytes: Buffer, order: ScaleOrder): Promise<Buffer> {
  const { widthPixels: width, heightPixels: height, part, format } = order;
  const { picture, pixels } = await readPicture(bytes, order.partBytes);
  const isScaled = width !== undefined || height !== undefined;
  const box = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
  const scaled = isScaled ? picture.resize({ ...box, fit: "inside" }) : picture;
  // Sharp knows qualities from 1.
  const quality = Math.max(1, order.quality);
  const kept = part === undefined ? scaled : scaled.extract({ left: 0, ...part });
  return await encoders[format](kept, { quality, pixels }).toBuffer();
}

interface Encoding {
  quality: number;
  /** Of the picture before it is scaled. */
  pixels: number;
}

/** An AVIF of this size takes 1.2 s with effort 2; with 0 a third of that, and twice the bytes. */
const mostCarefulPixels = 4_000_000;

/** Only PNG and WebP may be transparent. */
const encoders: Record<PictureFormat, (picture: Sharp, encoding: Encoding) => Sharp> = {
  PNG: (picture) => picture.png({ compressionLevel: 6 }),
  JPEG: (picture, { quality }) => onWhite(picture).jpeg({ quality }),
  WebP: (picture, { quality }) => picture.webp({ quality }),
  // More effort, or dithering, takes three times as long, and pages with plain colours become larger.
  GIF: (picture) => onWhite(picture).gif({ effort: 1, dither: 0 }),
  TIFF: (picture) => onWhite(picture).tiff({ compression: "lzw", predictor: "horizontal" }),
  AVIF: (picture, { quality, pixels }) =>
    onWhite(picture).avif({ quality, effort: pixels > mostCarefulPixels ? 0 : 2 }),
};

function onWhite(picture: Sharp): Sharp {
  return picture.flatten({ background: "white" });
}

/** One picture, or several below one another, and how many pixels that is. */
async function readPicture(
  bytes: Buffer,
  partBytes: readonly number[] = [bytes.length],
): Promise<{ picture: Sharp; pixels: number }> {
  let start = 0;
  const parts = partBytes.map((sizeBytes) => bytes.subarray(start, (start += sizeBytes)));
  const sizes = await Promise.all(parts.map((part) => sharp(part, anySize).metadata()));
  const width = sizes[0]?.width ?? 0;
  const height = sizes.reduce((sum, size) => sum + size.height, 0);
  if (parts.length === 1) return { picture: sharp(bytes, anySize), pixels: width * height };
  // Each part gets a cell as high as the highest; only the last is lower.
  const joined = sharp(parts, { join: { across: 1 }, ...anySize });
  return { picture: joined.extract({ left: 0, top: 0, width, height }), pixels: width * height };
}
