/** What an encoder makes of a picture. */
export interface ScaleOrder {
  /** Of the box, in pixels; one of them may be left open. */
  widthPixels?: number;
  heightPixels?: number;
  format: "PNG" | "JPEG" | "WebP";
  /** 0 to 100; of JPEG and WebP. */
  quality: number;
}

/** Scales and encodes a picture. @throws Failure(PictureTooLarge, EncoderFailed), or the reason of the signal */
export type ScalePicture = (
  bytes: Buffer,
  order: ScaleOrder,
  signal: AbortSignal,
) => Promise<Buffer>;
