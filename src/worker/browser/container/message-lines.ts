import type { Socket } from "node:net";

/** Longer than any message; what a peer that is not the other one sends must not fill the memory. */
const longestLine = 256 * 1024;

interface MessageLinesOptions<Message> {
  socket: Socket;
  /** Throws when it is no message of the protocol: the connection ends. */
  parse: (value: unknown) => Message;
  onMessage: (message: Message) => void;
  /** Called once, with what was wrong with what came, if something was. */
  onEnd: (problem: Error | undefined) => void;
}

/** Messages as lines of JSON, in both directions of a socket. */
export class MessageLines<Sent, Received> {
  readonly #options: MessageLinesOptions<Received>;
  #text = "";
  #problem: Error | undefined;

  constructor(options: MessageLinesOptions<Received>) {
    this.#options = options;
    const { socket, onEnd } = options;
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => this.#receive(chunk));
    socket.on("error", () => undefined);
    socket.once("close", () => onEnd(this.#problem));
  }

  send(message: Sent): void {
    const { socket } = this.#options;
    if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
  }

  end(problem?: Error): void {
    this.#problem ??= problem;
    this.#options.socket.destroy();
  }

  #receive(chunk: string): void {
    const lines = (this.#text + chunk).split("\n");
    this.#text = lines.pop() ?? "";
    try {
      if (this.#text.length > longestLine) throw new Error("A line is too long");
      for (const line of lines) {
        if (this.#options.socket.destroyed) return;
        this.#options.onMessage(this.#options.parse(JSON.parse(line)));
      }
    } catch (thrown) {
      this.end(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }
}
