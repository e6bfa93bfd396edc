import sharp from "sharp";
import type { ScaleOrder } from "./scale-order.ts";

// One picture at a time, in a process that is there for it alone.
sharp.cache(false);
sharp.concurrency(1);

/** Whether the bytes are a picture that can be read. */
export async function isReadable(bytes: Buffer): Promise<boolean> {
  return await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .then(
      () => true,
      () => false,
    );
}

/** Scales a picture, up or down, until it fits the box in both directions, and encodes it. It keeps its proportions. */
export async function scalePicture(bytes: Buffer, order: ScaleOrder): Promise<Buffer> {
  // The size was checked before the picture was taken.
  const scaled = sharp(bytes, { limitInputPixels: false }).resize({
    ...(order.widthPixels === undefined ? {} : { width: order.widthPixels }),
    ...(order.heightPixels === undefined ? {} : { height: order.heightPixels }),
    fit: "inside",
  });
  // Sharp knows qualities from 1.
  const quality = Math.max(1, order.quality);
  switch (order.format) {
    case "PNG":
      return await scaled.png({ compressionLevel: 6 }).toBuffer();
    case "JPEG":
      return await scaled.flatten({ background: "white" }).jpeg({ quality }).toBuffer();
    case "WebP":
      return await scaled.webp({ quality }).toBuffer();
  }
}
