import { Failure } from "../../api/reasons/failure.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { EncoderProcess } from "./encoder-process.ts";
import type { EncoderAnswer } from "./encoder-process.ts";
import type { ScaleOrder } from "./scale-order.ts";

interface EncoderPoolOptions {
  /** Of each process. */
  memoryMebibytes: number;
  log: Logger;
}

/** libvips keeps some memory of every picture. */
const mostOrders = 100;
/** A process without work has 76 MB. */
const idleMilliseconds = 60_000;

/**
 * Scales and encodes pictures in processes that may die: of their memory limit, or with the deadline of a capture. One serves one
 * capture at a time; it is started for the first that needs it and waits a while for the next.
 */
export class EncoderPool implements Runnable {
  readonly name = "encoders";
  readonly #options: EncoderPoolOptions;
  readonly #all = new Set<EncoderProcess>();
  readonly #idle = new Map<EncoderProcess, NodeJS.Timeout>();

  constructor(options: EncoderPoolOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((encoder) => this.#end(encoder)));
  }

  /** Scales and encodes a picture. @throws Failure(PictureTooLarge, EncoderFailed), or the reason of the signal */
  async scale(bytes: Buffer, order: ScaleOrder, signal: AbortSignal): Promise<Buffer> {
    const encoder = this.#take();
    try {
      return this.#pictureOf(await encoder.scale(bytes, order, signal), order);
    } finally {
      this.#release(encoder);
    }
  }

  #take(): EncoderProcess {
    for (const [encoder, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(encoder);
      if (encoder.isUsable) return encoder;
      this.#all.delete(encoder);
    }
    const encoder = new EncoderProcess(this.#options);
    this.#all.add(encoder);
    return encoder;
  }

  #release(encoder: EncoderProcess): void {
    if (!encoder.isUsable || encoder.orders >= mostOrders) return void this.#end(encoder);
    const timer = setTimeout(() => void this.#end(encoder), idleMilliseconds);
    timer.unref();
    this.#idle.set(encoder, timer);
  }

  async #end(encoder: EncoderProcess): Promise<void> {
    clearTimeout(this.#idle.get(encoder));
    this.#idle.delete(encoder);
    await encoder.kill();
    this.#all.delete(encoder);
  }

  #pictureOf(answer: EncoderAnswer, order: ScaleOrder): Buffer {
    if (answer.kind === "Picture") return answer.bytes;
    const { log, memoryMebibytes } = this.#options;
    log.warn({ err: new Error(answer.cause), ...order }, "Could not scale picture");
    if (answer.kind === "Failed")
      throw new Failure("EncoderFailed", {
        message: "The process that scales and encodes the picture ended, or did not start",
      });
    throw new Failure("PictureTooLarge", {
      message: `Scaling and encoding the picture as ${order.format} needs more memory than the worker has for it (${memoryMebibytes} MiB); choose a smaller resize.widthPixels or resize.heightPixels, or another format`,
    });
  }
}
