import { once } from "node:events";
import { createServer, request as sendRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { connectionHeader, refusedHeader } from "../../../src/api/proxy-headers.ts";
import { targetNameOfRequest } from "../../../src/core/target-name.ts";

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
  /** By the first request of a connection. */
  readonly #bound = new WeakMap<Socket, { token: string; mark: string }>();
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
      const body = JSON.stringify({ reason, message: `refused because of ${reason}` });
      response
        .writeHead(403, {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "x-stills-reason": reason,
          ...this.#refusedHeader(request, reason),
        })
        .end(body);
      return;
    }
    const headers = { ...request.headers };
    for (const ours of ["proxy-authorization", connectionHeader.toLowerCase()])
      delete headers[ours];
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
        const [[name, value] = []] = Object.entries(this.#refusedHeader(request, reason));
        client.end(
          `HTTP/1.1 403 Forbidden\r\n${name}: ${value}\r\nX-Stills-Reason: ${reason}\r\n\r\n`,
        );
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
    const { socket, headers } = request;
    const token = headers["proxy-authorization"];
    const mark = headers[connectionHeader.toLowerCase()];
    if (token !== undefined && typeof mark === "string") this.#bound.set(socket, { token, mark });
    const shown = token ?? this.#bound.get(socket)?.token ?? "(no token)";
    this.requests.push(`${request.method} ${target} ${shown}`);
    return this.refusals.get(target);
  }

  #refusedHeader({ socket, method, url }: IncomingMessage, reason: string): Record<string, string> {
    const target = targetNameOfRequest(method ?? "", url ?? "");
    return { [refusedHeader]: `${this.#bound.get(socket)?.mark} ${reason} ${target}` };
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
