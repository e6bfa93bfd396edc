import sharp from "sharp";

interface ScaleOptions {
  /** Of the box, in pixels; one of them may be left open. */
  widthPixels?: number;
  heightPixels?: number;
  format: "PNG" | "JPEG" | "WebP";
  /** 0 to 100; of JPEG and WebP. */
  quality: number;
}

/** Scales a picture, up or down, until it fits the box in both directions, and encodes it. It keeps its proportions. */
export async function scalePicture(bytes: Buffer, order: ScaleOptions): Promise<Buffer> {
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
