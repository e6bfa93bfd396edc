import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/**
 * A site on loopback: path → HTML page; `/held/…` answers only once it is released; `/echo` answers the body, and a
 * WebSocket says "hello".
 */
export class LittleSite implements AsyncDisposable {
  readonly pages: Record<string, string>;
  /** Paths that were asked for. */
  readonly visits: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #held: ServerResponse[] = [];
  readonly #server = createServer((request, response) => {
    const path = request.url ?? "/";
    this.visits.push(path);
    if (path === "/echo") request.pipe(response);
    else if (path.startsWith("/held/")) this.#held.push(response);
    else if (this.pages[path] === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": "text/html" }).end(this.pages[path]);
  });

  private constructor(pages: Record<string, string>) {
    this.pages = pages;
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("upgrade", (request, socket) => {
      const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash("sha1").update(key).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on("end", () => socket.end()).resume();
      socket.write(Buffer.from([0x81, 5, ...Buffer.from("hello")]));
    });
  }

  static async start(pages: Record<string, string>): Promise<LittleSite> {
    const site = new LittleSite(pages);
    site.#server.listen(0, "127.0.0.1");
    await once(site.#server, "listening");
    return site;
  }

  /** Answers everything that is held. */
  release(): void {
    for (const response of this.#held.splice(0))
      response.writeHead(200, { "content-type": "text/html" }).end("<p>At last</p>");
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
