import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findFfmpeg, installFfmpeg } from "../../src/worker/encoding/find-ffmpeg.ts";
import { DecodedPicture } from "./picture.ts";

const run = promisify(execFile);

/** A video or an animated GIF, decoded frame by frame. */
export interface DecodedVideo {
  /** `h264`, `vp9`, … */
  codec: string;
  width: number;
  height: number;
  /** What the file says of itself; a GIF says only how long each frame is shown. */
  durationSeconds: number;
  framesPerSecond: number;
  frames: DecodedPicture[];
}

/** The ffmpeg of the worker. @throws when there is none: the tests of animations have to run */
export function ffmpegPath(): string {
  const path = findFfmpeg();
  if (path === undefined) throw new Error(`There is no ffmpeg on this machine: ${installFfmpeg}`);
  return path;
}

/** Decodes a file with ffmpeg, or its alpha channel: white is opaque there. */
export async function decodeVideo(
  bytes: Uint8Array,
  { alpha = false } = {},
): Promise<DecodedVideo> {
  const folder = await mkdtemp(join(tmpdir(), "stills-test-video-"));
  try {
    const file = join(folder, "file");
    await writeFile(file, bytes);
    // A frame of the file is a frame here: none is repeated or left out to fit the rate.
    const { stdout, stderr } = await run(
      ffmpegPath(),
      [
        ...["-hide_banner", "-nostdin", "-i", file, "-fps_mode", "passthrough"],
        ...(alpha ? ["-vf", "alphaextract"] : []),
        ...["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"],
      ],
      { encoding: "buffer", maxBuffer: 2 ** 31 },
    );
    return withFrames(describe(stderr.toString()), stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe(said: string): Omit<DecodedVideo, "frames"> {
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d+):([\d.]+)/.exec(said) ?? [];
  const stream = /Stream #0:0.*?Video: (\w+).*?, (\d+)x(\d+)[ ,].*?([\d.]+) fps/.exec(said);
  if (stream === null) throw new Error(`ffmpeg found no video: ${said}`);
  const [, codec = "", width, height, rate] = stream;
  return {
    codec,
    width: Number(width),
    height: Number(height),
    durationSeconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    framesPerSecond: Number(rate),
  };
}

function withFrames(video: Omit<DecodedVideo, "frames">, pixels: Buffer): DecodedVideo {
  const { width, height, codec: format } = video;
  const sizeBytes = width * height * 3;
  if (pixels.length % sizeBytes !== 0) throw new Error("ffmpeg decoded a part of a frame");
  const frames: DecodedPicture[] = [];
  for (let at = 0; at < pixels.length; at += sizeBytes)
    frames.push(new DecodedPicture(pixels.subarray(at, at + sizeBytes), { width, height, format }));
  return { ...video, frames };
}
