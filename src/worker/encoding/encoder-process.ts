import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { inheritedEnvironment } from "../../platform/process/inherited-environment.ts";
import { AnswerReader } from "./answer-reader.ts";
import type { RawAnswer } from "./answer-reader.ts";
import { answerKinds, orderHead } from "./encoder-protocol.ts";
import type { ScaleOrder } from "./scale-order.ts";

interface EncoderProcessOptions {
  /** Of data, which Node.js without a picture already has 640 of. */
  memoryMebibytes: number;
}

/** How an order ended. */
export type EncoderAnswer =
  | { kind: "Picture"; bytes: Buffer }
  /** The picture needs more memory than the process may have. */
  | { kind: "TooLarge"; cause: string }
  /** The process did not start, read no picture, or was killed from outside. */
  | { kind: "Failed"; cause: string };

const program = fileURLToPath(new URL("encoder-main.ts", import.meta.url));
/** Nothing of the worker's settings. */
const passedOn = ["PATH", "LD_LIBRARY_PATH", "NODE_COMPILE_CACHE", "TMPDIR"];
const longestStandardError = 2_000;

/** A process that scales and encodes pictures, one at a time, within a memory limit. */
export class EncoderProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<string>;
  readonly #answers: AnswerReader;
  readonly #ready: Promise<RawAnswer | undefined>;
  #isAlive = true;
  #killedBySignal: NodeJS.Signals | undefined;
  #standardError = "";
  #orders = 0;

  constructor({ memoryMebibytes }: EncoderProcessOptions) {
    const command = [process.execPath, program];
    // The shell sets the limit, since Node.js has no call for it, and becomes the process.
    this.#child = spawn(
      "/bin/sh",
      ["-c", 'ulimit -d "$0" && exec "$@"', String(memoryMebibytes * 1024), ...command],
      { detached: true, env: inheritedEnvironment(passedOn), stdio: ["pipe", "pipe", "pipe"] },
    );
    this.#ended = this.#watch();
    this.#answers = new AnswerReader(this.#child.stdout);
    this.#ready = this.#answers.next();
  }

  /** Whether it can carry out another order. */
  get isUsable(): boolean {
    return this.#isAlive && !this.#child.killed;
  }

  /** How many orders it was given. */
  get orders(): number {
    return this.#orders;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Kills the process at once. Resolves when it has ended. */
  async kill(): Promise<void> {
    if (this.#isAlive) this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /**
   * Carries out an order. Afterwards the process may not be usable any more.
   * @throws the reason of the signal, which kills the process
   */
  async scale(bytes: Buffer, order: ScaleOrder, signal: AbortSignal): Promise<EncoderAnswer> {
    signal.throwIfAborted();
    this.#orders += 1;
    const kill = (): void => void this.#child.kill("SIGKILL");
    signal.addEventListener("abort", kill, { once: true });
    try {
      const answer = await this.#carryOut(bytes, order);
      signal.throwIfAborted();
      return answer;
    } finally {
      signal.removeEventListener("abort", kill);
    }
  }

  async #carryOut(bytes: Buffer, order: ScaleOrder): Promise<EncoderAnswer> {
    if ((await this.#ready) === undefined) return { kind: "Failed", cause: await this.#ended };
    const json = Buffer.from(JSON.stringify(order));
    for (const part of [orderHead(json.length, bytes.length), json, bytes])
      this.#child.stdin.write(part);
    const answer = await this.#answers.next();
    if (answer === undefined) return await this.#explainEnd();
    switch (answer.kind) {
      case answerKinds.picture:
        return { kind: "Picture", bytes: answer.content };
      case answerKinds.tooLarge:
        return { kind: "TooLarge", cause: answer.content.toString() };
      default:
        return { kind: "Failed", cause: "The encoder could not read the picture" };
    }
  }

  /** A process without memory aborts by itself; SIGKILL comes from outside. */
  async #explainEnd(): Promise<EncoderAnswer> {
    const cause = await this.#ended;
    return { kind: this.#killedBySignal === "SIGKILL" ? "Failed" : "TooLarge", cause };
  }

  /** Resolves to a sentence for the log when the process has ended. */
  async #watch(): Promise<string> {
    const child = this.#child;
    // What cannot be written, or read, is explained by the end of the process.
    for (const stream of [child.stdin, child.stdout, child.stderr])
      stream.on("error", () => undefined);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#standardError = (this.#standardError + text).slice(-longestStandardError);
    });
    const how = await new Promise<string>((resolve) => {
      child.once("error", (thrown) => resolve(thrown.message));
      child.once("close", (code, signalName) => {
        this.#killedBySignal = signalName ?? undefined;
        resolve(signalName ?? `exit code ${code}`);
      });
    });
    this.#isAlive = false;
    return `The encoder ended (${how}): ${this.#standardError.trim()}`;
  }
}
