import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A site that holds its answers back until the test releases them, so that a caller certainly has work in flight. */
export class HeldPages {
  readonly #server: Server;
  readonly #waiting = new Map<ServerResponse, string>();
  readonly #answered = new Map<string, number>();
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
      pages.#answer(response, request.url ?? "");
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

  /** How often each page below a path was answered, by its path: what a browser has got, whatever became of it. */
  answersBelow(path: string): Map<string, number> {
    return new Map([...this.#answered].filter(([page]) => page.startsWith(path)));
  }

  /** Holds further answers back. */
  holdAll(): void {
    this.#allowed = 0;
  }

  /** Releases so many answers, of present or future requests. */
  allow(count: number): void {
    this.#allowed += count;
    for (const [response, path] of this.#waiting) {
      if (this.#allowed === 0) return;
      this.#waiting.delete(response);
      this.#send(response, path);
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(response: ServerResponse, path: string): void {
    if (this.#allowed > 0) return this.#send(response, path);
    this.#waiting.set(response, path);
    response.on("close", () => this.#waiting.delete(response));
  }

  #send(response: ServerResponse, path: string): void {
    this.#allowed -= 1;
    this.#answered.set(path, (this.#answered.get(path) ?? 0) + 1);
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><title>Held</title><body style='background:#2a9d8f'>");
  }
}
