import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";

/** An HTTP and WebSocket server that remembers who came. */
export class Canary implements AsyncDisposable {
  readonly requests: { method: string; url: string; headers: string[] }[] = [];
  connections = 0;
  /** One for each connection: the address of ours that was dialled. */
  readonly localAddresses: string[] = [];
  readonly sockets = new Set<Socket>();
  readonly #server: Server;
  readonly host: string;

  private constructor(server: Server, host: string, webSockets: boolean) {
    this.#server = server;
    this.host = host;
    if (webSockets)
      server.on("upgrade", (request, socket, head) => {
        this.#remember(request);
        acceptWebSocket(request, socket as Socket, head);
      });
    server.prependListener("request", (request) => this.#remember(request));
    server.on("connection", (socket) => {
      this.connections += 1;
      this.localAddresses.push(socket.localAddress ?? "unknown");
      this.sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  /** Answers "canary" to everything unless told otherwise. */
  static async start(
    options: {
      host?: string;
      port?: number;
      answer?: RequestListener;
      webSockets?: boolean;
    } = {},
  ): Promise<Canary> {
    const { host = "127.0.0.1", port = 0, answer = answerCanary, webSockets = true } = options;
    const server = createServer({ keepAliveTimeout: 60_000 }, answer);
    server.listen({ host, port });
    await once(server, "listening");
    return new Canary(server, host, webSockets);
  }

  /** Called with every connection from now on, before its first byte is read. */
  onRawConnection(listener: (socket: Socket) => void): void {
    this.#server.on("connection", listener);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get authority(): string {
    return `${this.host.includes(":") ? `[${this.host}]` : this.host}:${this.port}`;
  }

  get url(): string {
    return `http://${this.authority}`;
  }

  get paths(): string[] {
    return this.requests.map(({ url }) => url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  #remember(request: IncomingMessage): void {
    this.requests.push({
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.rawHeaders,
    });
  }
}

/** A UDP socket that counts what arrives. */
export class UDPCanary implements AsyncDisposable {
  packets = 0;
  readonly #socket = createSocket("udp4");

  static async start(host = "127.0.0.1"): Promise<UDPCanary> {
    const canary = new UDPCanary();
    canary.#socket.on("message", () => {
      canary.packets += 1;
    });
    canary.#socket.bind(0, host);
    await once(canary.#socket, "listening");
    return canary;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}

const answerCanary: RequestListener = (_request, response) => {
  response.writeHead(200, {
    "content-type": "text/plain",
    "access-control-allow-origin": "*",
  });
  response.end("canary");
};

/** RFC 6455: agrees, sends the text "canary", and sends back whatever comes. */
function acceptWebSocket(request: IncomingMessage, socket: Socket, head: Buffer): void {
  const key = String(request.headers["sec-websocket-key"]);
  const accept = createHash("sha1")
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.write(Buffer.from([0x81, 6, ...Buffer.from("canary")]));
  if (head.length > 0) socket.write(head);
  socket.on("data", (chunk) => socket.write(chunk));
  socket.on("end", () => socket.end());
}
