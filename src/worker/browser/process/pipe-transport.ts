import type { Readable, Writable } from "node:stream";
import type { ConnectionTransport } from "puppeteer-core";

const endOfMessage = 0;

/**
 * DevTools messages over the two pipes of `--remote-debugging-pipe`: JSON texts, each ended by a zero byte. There is no
 * port anybody could connect to, and Chromium exits as soon as our end of the pipe is closed, however we died.
 */
export class PipeTransport implements ConnectionTransport {
  readonly #toBrowser: Writable;
  /** Pieces of a message whose end has not come yet. */
  #pieces: Buffer[] = [];
  #closed = false;
  onmessage?: (message: string) => void;
  onclose?: () => void;

  constructor(toBrowser: Writable, fromBrowser: Readable) {
    this.#toBrowser = toBrowser;
    // A browser that died shows as the end of the other pipe; a failed write says nothing more.
    toBrowser.on("error", () => undefined);
    fromBrowser.on("error", () => undefined);
    fromBrowser.on("data", (chunk: Buffer) => {
      this.#receive(chunk);
    });
    fromBrowser.on("close", () => {
      this.#closed = true;
      this.onclose?.();
    });
  }

  send(message: string): void {
    if (this.#closed || this.#toBrowser.destroyed) return;
    this.#toBrowser.write(`${message}\0`);
  }

  close(): void {
    this.#closed = true;
    this.#toBrowser.destroy();
  }

  #receive(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(endOfMessage, from);
      if (end === -1) break;
      this.#pieces.push(chunk.subarray(from, end));
      const message = Buffer.concat(this.#pieces).toString();
      this.#pieces = [];
      from = end + 1;
      // One message a turn: what a handler's promises do comes before the next message, as with a WebSocket.
      setImmediate(() => {
        if (!this.#closed) this.onmessage?.(message);
      });
    }
    if (from < chunk.length) this.#pieces.push(chunk.subarray(from));
  }
}
