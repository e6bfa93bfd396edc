import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A site that holds its answers back until the test releases them, so that a caller certainly has work in flight. */
export class HeldPages {
  readonly #server: Server;
  readonly #waiting = new Set<ServerResponse>();
  readonly #paths: string[] = [];
  #allowed = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(address: string): Promise<HeldPages> {
    const server = createServer();
    const pages = new HeldPages(server);
    server.on("request", (request, response) => {
      if (request.url === "/favicon.ico") return void response.writeHead(404).end();
      pages.#paths.push(request.url ?? "");
      pages.#answer(response);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, address, resolve);
    });
    return pages;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Requests whose connection is alive and whose answer is held back. */
  get open(): number {
    return this.#waiting.size;
  }

  /** What was asked for so far, in order. */
  get paths(): readonly string[] {
    return this.#paths;
  }

  /** Holds further answers back. */
  holdAll(): void {
    this.#allowed = 0;
  }

  /** Releases so many answers, of present or future requests. */
  allow(count: number): void {
    this.#allowed += count;
    for (const response of this.#waiting) {
      if (this.#allowed === 0) return;
      this.#waiting.delete(response);
      this.#send(response);
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(response: ServerResponse): void {
    if (this.#allowed > 0) return this.#send(response);
    this.#waiting.add(response);
    response.on("close", () => this.#waiting.delete(response));
  }

  #send(response: ServerResponse): void {
    this.#allowed -= 1;
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><title>Held</title><body style='background:#2a9d8f'>");
  }
}
