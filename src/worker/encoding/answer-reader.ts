import type { Readable } from "node:stream";
import { answerHeadBytes } from "./encoder-protocol.ts";

/** An answer of an encoder, as it is sent. */
export interface RawAnswer {
  kind: number;
  content: Buffer;
}

/** Puts the answers of an encoder together, each in one buffer of its own. */
export class AnswerReader {
  readonly #head = Buffer.alloc(answerHeadBytes);
  #headBytes = 0;
  #content = Buffer.alloc(0);
  #contentBytes = 0;
  #answers: RawAnswer[] = [];
  #waiting: ((answer: RawAnswer | undefined) => void) | undefined;
  #isOver = false;

  constructor(stream: Readable) {
    stream.on("data", (chunk: Buffer) => this.#accept(chunk));
    stream.once("close", () => {
      this.#isOver = true;
      this.#waiting?.(undefined);
    });
  }

  /** The next answer; undefined if the stream ends before. One caller at a time. */
  async next(): Promise<RawAnswer | undefined> {
    const answer = this.#answers.shift();
    if (answer !== undefined || this.#isOver) return answer;
    return await new Promise((resolve) => (this.#waiting = resolve));
  }

  #accept(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;)
      at += this.#headBytes < answerHeadBytes ? this.#acceptHead(chunk, at) : this.#copy(chunk, at);
  }

  /** Both return how many bytes they took. */
  #acceptHead(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.#head, this.#headBytes, at);
    this.#headBytes += copied;
    if (this.#headBytes === answerHeadBytes) {
      this.#content = Buffer.allocUnsafeSlow(this.#head.readUInt32BE(1));
      this.#contentBytes = 0;
      this.#finishIfComplete();
    }
    return copied;
  }

  #copy(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.#content, this.#contentBytes, at);
    this.#contentBytes += copied;
    this.#finishIfComplete();
    return copied;
  }

  #finishIfComplete(): void {
    if (this.#contentBytes < this.#content.length) return;
    const answer = { kind: this.#head.readUInt8(0), content: this.#content };
    this.#headBytes = 0;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#answers.push(answer);
    else waiting(answer);
  }
}
