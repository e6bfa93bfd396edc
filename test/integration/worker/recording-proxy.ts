import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/**
 * A stand-in for the egress proxy: opens every tunnel, records the tokens, and refuses the configured targets as the egress proxy
 * does.
 */
export class RecordingProxy implements AsyncDisposable {
  /** `METHOD target token`, one for each tunnel. */
  readonly requests: string[] = [];
  /** host:port → reason. */
  readonly refusals = new Map<string, string>();
  /** Made-up host → `host:port` where it is. */
  readonly places = new Map<string, string>();
  /** Answers 503: no capacity. */
  refusalStatus: 403 | 503 = 403;
  readonly #sockets = new Set<Socket>();
  /** To the targets. */
  readonly #remotes = new Set<Socket>();
  readonly #server = createServer((request, response) => {
    this.#note(request);
    response.writeHead(405).end();
  });

  private constructor() {
    this.#server.on("connection", (socket) => this.#track(socket));
    this.#server.on("connect", (request, client: Socket, head) => {
      this.#note(request);
      const target = request.url ?? "";
      const reason = this.refusals.get(target);
      if (reason !== undefined) return refuse(client, reason, this.refusalStatus);
      const place = this.places.get(target.slice(0, target.lastIndexOf(":")));
      const [host, port] = (place ?? target).split(":");
      const remote = connect(Number(port), host ?? "", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        remote.write(head);
        remote.pipe(client).pipe(remote);
      });
      this.#track(remote);
      this.#remotes.add(remote);
      client.on("close", () => remote.destroy());
      remote.on("close", () => client.destroy());
    });
  }

  static async start(port = 0): Promise<RecordingProxy> {
    const proxy = new RecordingProxy();
    proxy.#server.listen(port, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Open connections. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Closes all connections to targets, as a target does that closes idle connections. */
  resetTunnels(): void {
    for (const remote of this.#remotes) remote.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #note({ method, url, headers }: IncomingMessage): void {
    this.requests.push(`${method} ${url} ${headers["proxy-authorization"] ?? "(no token)"}`);
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}

function refuse(client: Socket, reason: string, status: number): void {
  const body = JSON.stringify({ reason, message: `refused because of ${reason}` });
  client.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Length: ${body.length}\r\nX-Stills-Reason: ${reason}\r\n\r\n${body}`,
  );
}
