import type { Readable, Writable } from "node:stream";
import type { ConnectionTransport } from "puppeteer-core";

const endOfMessage = 0;
/** The largest message is a picture in base64; V8 has no longer strings than 512 MiB. */
const maxMessageBytes = 500 * 2 ** 20;

/**
 * DevTools messages over the two pipes of `--remote-debugging-pipe`: JSON texts, each ended by a zero byte. Unlike a port, no
 * other process can connect to a pipe, and Chromium exits when our end is closed, even if we were killed.
 */
export class PipeTransport implements ConnectionTransport {
  readonly #toBrowser: Writable;
  readonly #fromBrowser: Readable;
  /** The received part of an incomplete message. */
  #pieces: Buffer[] = [];
  #piecesBytes = 0;
  #closed = false;
  readonly #pipeClosed = new AbortController();
  onmessage?: (message: string) => void;
  onclose?: () => void;

  constructor(toBrowser: Writable, fromBrowser: Readable) {
    this.#toBrowser = toBrowser;
    this.#fromBrowser = fromBrowser;
    // The end of the other pipe reports that the browser has ended.
    toBrowser.on("error", () => undefined);
    fromBrowser.on("error", () => undefined);
    fromBrowser.on("data", (chunk: Buffer) => {
      this.#receive(chunk);
    });
    // After the messages that came before it, and after what other connections have to say about the end.
    fromBrowser.on("close", () => {
      setImmediate(() => {
        this.#closed = true;
        this.#pipeClosed.abort();
        this.onclose?.();
      });
    });
  }

  /** Aborted when the browser's end of the pipe has closed, before puppeteer learns of it. */
  get pipeClosed(): AbortSignal {
    return this.#pipeClosed.signal;
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
      this.#piecesBytes = 0;
      from = end + 1;
      // One message per turn of the event loop, as with a WebSocket: promises of a handler settle before the next message.
      setImmediate(() => void this.#hand(message));
    }
    if (from === chunk.length) return;
    this.#pieces.push(chunk.subarray(from));
    this.#piecesBytes += chunk.length - from;
    if (this.#piecesBytes > maxMessageBytes) this.#breakOff();
  }

  /** A browser that was broken into may send anything: it may cost the browser, never the worker. */
  async #hand(message: string): Promise<void> {
    if (this.#closed) return;
    try {
      // Puppeteer's handler returns a promise, although its type does not say so.
      await (this.onmessage?.(message) as unknown);
    } catch {
      this.#breakOff();
    }
  }

  #breakOff(): void {
    this.#pieces = [];
    this.#toBrowser.destroy();
    this.#fromBrowser.destroy();
  }
}
