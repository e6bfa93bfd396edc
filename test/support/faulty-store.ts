import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** How the store behaves: well, or in one of the ways in which one is away. */
export type StoreFault = "None" | "Refusing" | "Failing" | "Hanging" | "Slow";

const slowMilliseconds = 1_500;
const failure =
  "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nContent-Length: 47\r\nConnection: close\r\n\r\n" +
  "<Error><Code>ServiceUnavailable</Code></Error>\n";

/** Stands in front of a real S3 server, and keeps its answers back on demand. Signatures name this address, so they stay right. */
export class FaultyStore implements AsyncDisposable {
  readonly endpoint: string;
  readonly #port: number;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #fault: StoreFault = "None";
  /** Calls of the client that ask for a copy → the path. A call that is repeated because its connection broke is one. */
  readonly #copies = new Map<string, string>();
  #losesAnswer = false;
  #holdsCopy: (path: string) => boolean = () => false;
  #held: (() => void)[] = [];

  private constructor(target: URL, server: Server) {
    this.#target = target;
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.endpoint = `http://127.0.0.1:${this.#port}`;
    server.on("connection", (socket) => this.#serve(socket));
  }

  static async start(endpoint: string): Promise<FaultyStore> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FaultyStore(new URL(endpoint), server);
  }

  /** From now on; connections that are open meet the fault, too. */
  async become(fault: StoreFault): Promise<void> {
    if (fault === "Refusing") await this.#close();
    else if (this.#fault === "Refusing") await this.#listen();
    // One that hangs keeps what it was sent, and never answers.
    if (fault !== "Hanging") for (const socket of this.#sockets) socket.destroy();
    this.#fault = fault;
  }

  /** The next upload is passed on, and the connection breaks before its answer. */
  loseNextAnswer(): void {
    this.#losesAnswer = true;
  }

  get hasLostAnswer(): boolean {
    return !this.#losesAnswer;
  }

  /** Keeps copies to these paths back until they are released. */
  holdCopies(matches: (path: string) => boolean): void {
    this.#holdsCopy = matches;
  }

  /** The path of each copy that was asked for. */
  get copies(): string[] {
    return [...this.#copies.values()];
  }

  get heldCopies(): number {
    return this.#held.length;
  }

  releaseCopies(): void {
    this.#holdsCopy = () => false;
    for (const release of this.#held.splice(0)) release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await this.#close();
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #listen(): Promise<void> {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  #serve(client: Socket): void {
    this.#track(client);
    if (this.#fault === "Failing") return void client.once("data", () => client.end(failure));
    if (this.#fault === "Hanging") return void client.resume();
    const store = connect(Number(this.#target.port), this.#target.hostname);
    this.#track(store);
    const pauseMilliseconds = this.#fault === "Slow" ? slowMilliseconds : 0;
    let isUpload = false;
    client.on("data", (chunk) => {
      isUpload ||= /^PUT \S+\/artifacts\//.test(chunk.toString());
      this.#pass(chunk, client, store, pauseMilliseconds);
    });
    store.on("data", (chunk) => {
      if (!isUpload || !this.#losesAnswer) return this.#pass(chunk, store, client, 0);
      this.#losesAnswer = false;
      client.destroy();
    });
    client.on("close", () => store.destroy());
    store.on("close", () => client.destroy());
  }

  #pass(chunk: string | Buffer, from: Socket, to: Socket, pauseMilliseconds: number): void {
    if (this.#fault === "Hanging") return;
    const copy = copyIn(chunk.toString());
    if (copy !== undefined) {
      this.#copies.set(copy.call, copy.path);
      if (this.#holdsCopy(copy.path)) return void this.#held.push(() => to.write(chunk));
    }
    if (pauseMilliseconds === 0) return void to.write(chunk);
    from.pause();
    setTimeout(() => {
      if (this.#fault !== "Hanging") to.write(chunk);
      from.resume();
    }, pauseMilliseconds);
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}

function copyIn(text: string): { path: string; call: string } | undefined {
  if (!/^x-amz-copy-source:/im.test(text)) return undefined;
  const [, path] = /^PUT ([^ ?]+)/.exec(text) ?? [];
  const [, call] = /^amz-sdk-invocation-id: *(\S+)/im.exec(text) ?? [];
  return path === undefined || call === undefined ? undefined : { path, call };
}
