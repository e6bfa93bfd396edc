import { Failure } from "../../api/reasons/failure.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { FfmpegProcess, type FfmpegEnd } from "./ffmpeg-process.ts";
import { installFfmpeg } from "./find-ffmpeg.ts";
import type { VideoEncoding, VideoOrder } from "./video-order.ts";

interface VideoEncoderOptions {
  /** Path of ffmpeg; undefined if there is none. */
  ffmpeg: string | undefined;
  /** Of each process. */
  memoryMebibytes: number;
  /** Of each file; default 128. */
  fileMebibytes?: number;
  log: Logger;
}

const largestFileMebibytes = 128;

/** Encodes animations, each in a process of ffmpeg that may die: of its limits, or with the deadline of its capture. */
export class VideoEncoder implements Runnable {
  readonly name = "videoEncoder";
  readonly #options: VideoEncoderOptions;
  readonly #running = new Set<FfmpegProcess>();

  constructor(options: VideoEncoderOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { ffmpeg, log } = this.#options;
    if (ffmpeg === undefined)
      log.warn(`Found no ffmpeg, so animations are refused: ${installFfmpeg}`);
    else log.info({ path: ffmpeg }, "Found ffmpeg");
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((encoder) => encoder.close()));
  }

  /** Starts to encode a video; the signal kills its process. @throws Failure(VideoEncoderMissing) */
  async encode(order: VideoOrder, signal: AbortSignal): Promise<VideoEncoding> {
    const { ffmpeg, memoryMebibytes, fileMebibytes = largestFileMebibytes } = this.#options;
    if (ffmpeg === undefined)
      throw new Failure("VideoEncoderMissing", {
        message: `Animations need ffmpeg, which this worker does not have: ${installFfmpeg}`,
      });
    signal.throwIfAborted();
    const encoder = await FfmpegProcess.start(order, {
      path: ffmpeg,
      memoryMebibytes,
      fileMebibytes,
    });
    this.#running.add(encoder);
    const kill = (): void => encoder.kill();
    signal.addEventListener("abort", kill, { once: true });
    if (signal.aborted) kill();
    const finish = async (): Promise<Buffer> => {
      const end = await encoder.finish();
      signal.throwIfAborted();
      return this.#fileOf(end, order, fileMebibytes);
    };
    return {
      write: async (frame) => {
        // The end of the process says why it takes no more.
        if (!(await encoder.write(frame))) await finish();
        signal.throwIfAborted();
      },
      finish,
      [Symbol.asyncDispose]: async () => {
        signal.removeEventListener("abort", kill);
        this.#running.delete(encoder);
        await encoder.close();
      },
    };
  }

  #fileOf(end: FfmpegEnd, order: VideoOrder, fileMebibytes: number): Buffer {
    if (end.kind === "Done") return end.bytes;
    const { log, memoryMebibytes } = this.#options;
    log.warn({ err: new Error(end.cause), ...order }, "Could not encode animation");
    const smaller = "choose a smaller window, a shorter duration or fewer frames a second";
    switch (end.kind) {
      case "FileTooLarge":
        throw new Failure("PictureTooLarge", {
          message: `The animation would have more than ${fileMebibytes} MiB as ${order.format}; ${smaller}, or another format`,
        });
      case "OutOfMemory":
        throw new Failure("PictureTooLarge", {
          message: `Encoding the animation as ${order.format} needs more memory than the worker has for it (${memoryMebibytes} MiB); choose a smaller window, or another format`,
        });
      case "Failed":
        throw new Failure("EncoderFailed", {
          message: "The process that encodes the animation ended, or did not start",
        });
    }
  }
}
