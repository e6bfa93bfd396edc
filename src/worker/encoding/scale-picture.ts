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
  const { widthPixels: width, heightPixels: height, format } = order;
  const picture = sharp(bytes, anySize);
  const isScaled = width !== undefined || height !== undefined;
  const box = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
  const scaled = isScaled ? picture.resize({ ...box, fit: "inside" }) : picture;
  const read = await picture.metadata();
  // Sharp knows qualities from 1.
  const quality = Math.max(1, order.quality);
  return await encoders[format](scaled, { quality, pixels: read.width * read.height }).toBuffer();
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
