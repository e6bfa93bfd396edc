import { once } from "node:events";
import { createServer, request as sendRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/**
 * A small forward proxy in the place of the egress proxy: lets everything through, notes the tokens it was shown, and
 * refuses the hosts it is told to refuse, in the words of the egress proxy.
 */
export class RecordingProxy implements AsyncDisposable {
  /** `METHOD target token`, one for each request or tunnel. */
  readonly requests: string[] = [];
  /** host:port → reason. */
  readonly refusals = new Map<string, string>();
  readonly #sockets = new Set<Socket>();
  #resetNext = false;
  readonly #server = createServer((request, response) => {
    if (this.#resetNext) {
      this.#resetNext = false;
      request.socket.resetAndDestroy();
      return;
    }
    const url = new URL(request.url ?? "");
    const reason = this.#note(request, `${url.hostname}:${url.port || "80"}`);
    if (reason !== undefined) {
      response
        .writeHead(403, { "x-stills-reason": reason, "content-type": "application/json" })
        .end(JSON.stringify({ reason, message: `refused because of ${reason}` }));
      return;
    }
    const { "proxy-authorization": _token, ...headers } = request.headers;
    const upstream = sendRequest(url, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    upstream.on("error", () => response.destroy());
    request.pipe(upstream);
  });

  private constructor() {
    this.#server.on("connection", (socket) => this.#track(socket));
    this.#server.on("connect", (request, client: Socket, head) => {
      const reason = this.#note(request, request.url ?? "");
      if (reason !== undefined) {
        client.end(`HTTP/1.1 403 Forbidden\r\nX-Stills-Reason: ${reason}\r\n\r\n`);
        return;
      }
      const [host, port] = (request.url ?? "").split(":");
      const remote = connect(Number(port), host ?? "", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        remote.write(head);
        remote.pipe(client).pipe(remote);
      });
      this.#track(remote);
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

  /** Connections it holds now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Breaks off the connection on which the next request comes. */
  resetNextRequest(): void {
    this.#resetNext = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #note(request: IncomingMessage, target: string): string | undefined {
    this.requests.push(
      `${request.method} ${target} ${request.headers["proxy-authorization"] ?? "(no token)"}`,
    );
    return this.refusals.get(target);
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
