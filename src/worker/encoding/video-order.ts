import type { AnimationFormat } from "../../api/options/formats.ts";

/** What a video encoder makes of frames. */
export interface VideoOrder {
  format: AnimationFormat;
  framesPerSecond: number;
  /** Of the file. Frames of another size are scaled to fit, and what is left is white, or transparent. */
  widthPixels: number;
  heightPixels: number;
  /** What the frames are. */
  frames: "JPEG" | "PNG";
  /** Of frames in PNG: the file keeps what is transparent. */
  isTransparent: boolean;
}

/** A file that grows with each frame. Dispose of it, whether it was finished or not. */
export interface VideoEncoding extends AsyncDisposable {
  /** Resolves when the encoder has room for the next frame. @throws Failure, or the reason of the signal */
  write(frame: Buffer): Promise<void>;
  /** Ends the file and returns it. @throws Failure, or the reason of the signal */
  finish(): Promise<Buffer>;
}

/** Starts to encode a video; the signal kills the encoder. @throws Failure(VideoEncoderMissing) */
export type EncodeVideo = (order: VideoOrder, signal: AbortSignal) => Promise<VideoEncoding>;
