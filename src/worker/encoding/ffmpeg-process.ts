import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { inheritedEnvironment } from "../../platform/process/inherited-environment.ts";
import { ffmpegArguments } from "./ffmpeg-arguments.ts";
import type { VideoOrder } from "./video-order.ts";

interface FfmpegProcessOptions {
  path: string;
  /** Of data. */
  memoryMebibytes: number;
  /** Of the file. */
  fileMebibytes: number;
}

/** How an encoding ended. */
export type FfmpegEnd =
  | { kind: "Done"; bytes: Buffer }
  | { kind: "OutOfMemory" | "FileTooLarge" | "Failed"; cause: string };

/** Nothing of the worker's settings. */
const passedOn = ["PATH", "LD_LIBRARY_PATH", "TMPDIR"];
const longestStandardError = 2_000;
/** The shell sets the limits, since Node.js has no call for them, and becomes the process. Of files it counts in blocks of 512 bytes. */
const limitedStart = 'ulimit -d "$0" && ulimit -f "$1" && ulimit -c 0 && shift && exec "$@"';
const blocksPerMebibyte = 2048;
/** The file has no name any more when ffmpeg opens it, so that nothing stays behind, however this process and that one end. */
const fileDescriptor = 3;
const outOfMemory =
  /cannot allocate memory|out of memory|malloc.*failed|memory allocation|failed to allocate/i;

/** A process of ffmpeg that makes one file of frames that it is given one by one, within limits of memory and of the file. */
export class FfmpegProcess {
  readonly #child: ChildProcess;
  readonly #stdin: Writable;
  readonly #file: FileHandle;
  readonly #ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #standardError = "";

  private constructor(order: VideoOrder, file: FileHandle, options: FfmpegProcessOptions) {
    this.#file = file;
    const limits = [options.memoryMebibytes * 1024, options.fileMebibytes * blocksPerMebibyte];
    const command = [options.path, ...ffmpegArguments(order, `/proc/self/fd/${fileDescriptor}`)];
    this.#child = spawn("/bin/sh", ["-c", limitedStart, ...limits.map(String), ...command], {
      detached: true,
      env: inheritedEnvironment(passedOn),
      stdio: ["pipe", "ignore", "pipe", file.fd],
    });
    const { stdin, stderr } = this.#child;
    if (stdin === null || stderr === null) throw new TypeError("ffmpeg was started without pipes");
    this.#stdin = stdin;
    // What cannot be written, or read, is explained by the end of the process.
    for (const stream of [stdin, stderr]) stream.on("error", () => undefined);
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#standardError = (this.#standardError + text).slice(-longestStandardError);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (thrown) => {
        this.#standardError = thrown.message;
        resolve({ code: null, signal: null });
      });
      this.#child.once("close", (code, signal) => resolve({ code, signal }));
    });
  }

  /** Starts ffmpeg. Whoever starts it has to call `close`. */
  static async start(order: VideoOrder, options: FfmpegProcessOptions): Promise<FfmpegProcess> {
    const folder = await mkdtemp(join(tmpdir(), "stills-video-"));
    try {
      return new FfmpegProcess(order, await open(join(folder, "video"), "w+", 0o600), options);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Gives it a frame. Resolves when there is room for the next; false: it has ended, and `finish` says how. */
  async write(frame: Buffer): Promise<boolean> {
    if (this.#stdin.writableEnded || this.#stdin.destroyed) return false;
    if (this.#stdin.write(frame)) return true;
    const stopWaiting = new AbortController();
    try {
      // A pipe that breaks is an answer as well.
      const drained = once(this.#stdin, "drain", { signal: stopWaiting.signal }).then(
        () => true,
        () => false,
      );
      return await Promise.race([drained, this.#ended.then(() => false)]);
    } finally {
      stopWaiting.abort();
    }
  }

  /** After the last frame: resolves with the file, or with what went wrong. */
  async finish(): Promise<FfmpegEnd> {
    this.#stdin.end();
    const { code, signal } = await this.#ended;
    if (code === 0) return { kind: "Done", bytes: await this.#readFile() };
    const cause = `ffmpeg ended (${signal ?? `exit code ${code}`}): ${this.#standardError.trim()}`;
    if (signal === "SIGXFSZ") return { kind: "FileTooLarge", cause };
    if (outOfMemory.test(this.#standardError)) return { kind: "OutOfMemory", cause };
    return { kind: "Failed", cause };
  }

  /** Ends the process at once, without waiting. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Ends the process, if it has not ended, and gives the file's space back. */
  async close(): Promise<void> {
    this.kill();
    await this.#ended;
    await this.#file.close();
  }

  async #readFile(): Promise<Buffer> {
    const { size } = await this.#file.stat();
    const bytes = Buffer.allocUnsafeSlow(size);
    for (let at = 0; at < size;) {
      const { bytesRead } = await this.#file.read(bytes, at, size - at, at);
      if (bytesRead === 0) return bytes.subarray(0, at);
      at += bytesRead;
    }
    return bytes;
  }
}
