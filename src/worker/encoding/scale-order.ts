import type { PictureFormat } from "../../api/options/formats.ts";

/** What an encoder makes of a picture. */
export interface ScaleOrder {
  /** Of the box, in pixels; one of them may be left open. Without both, the picture keeps its size. */
  widthPixels?: number;
  heightPixels?: number;
  /** Keeps only this part of the scaled picture, which is as wide as it. */
  part?: { top: number; width: number; height: number };
  format: PictureFormat;
  /** 0 to 100; of JPEG, WebP and AVIF. */
  quality: number;
  /** The bytes are those of several pictures of the same width, one after the other and each with so many bytes: they are joined. */
  partBytes?: readonly number[];
}

/** Scales and encodes a picture. @throws Failure(PictureTooLarge, EncoderFailed), or the reason of the signal */
export type ScalePicture = (
  bytes: Buffer,
  order: ScaleOrder,
  signal: AbortSignal,
) => Promise<Buffer>;
