import { createServer, request as requestUpstream, type IncomingMessage } from "node:http";
import type { ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { pipeline, type Duplex } from "node:stream";
import type { Reason } from "../../../src/api/reasons.ts";

export interface Refusal {
  reason: Reason;
  message: string;
}

export interface SiteProxyOptions {
  /** Host names of made-up hosts, and where they are: `shop.test` → `127.0.0.1:1234`. */
  hosts?: Record<string, string>;
  /** Host names that are refused as an egress proxy refuses them. */
  refusals?: Record<string, Refusal>;
}

/**
 * A proxy for the browser of a test: passes everything on, knows made-up names, and refuses what it is told to. It does
 * what the worker's forwarder and the egress proxy do together, without tokens and without a policy of its own.
 */
export class SiteProxy implements AsyncDisposable {
  readonly #hosts: Record<string, string>;
  readonly #refusals: Record<string, Refusal>;
  readonly #server = createServer();
  readonly #sockets = new Set<Duplex>();

  private constructor({ hosts = {}, refusals = {} }: SiteProxyOptions) {
    this.#hosts = hosts;
    this.#refusals = refusals;
    this.#server.on("request", (request, response) => this.#forward(request, response));
    this.#server.on("connect", (request, socket) => this.#tunnel(request, socket));
    this.#server.on("connection", (socket: Socket) => this.#track(socket));
  }

  static async open(options: SiteProxyOptions = {}): Promise<SiteProxy> {
    const proxy = new SiteProxy(options);
    const listening = Promise.withResolvers<void>();
    proxy.#server.listen(0, "127.0.0.1", listening.resolve);
    await listening.promise;
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  refusalOf(url: string): Refusal | undefined {
    return this.#refusals[URL.parse(url)?.hostname ?? ""];
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    await closed.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "");
    const refusal = this.#refusals[url.hostname];
    if (refusal !== undefined) {
      response.writeHead(403, { "x-stills-reason": refusal.reason });
      response.end(JSON.stringify(refusal));
      return;
    }
    const [host, port] = this.#placeOf(url.hostname, Number(url.port || 80));
    const upstream = requestUpstream({
      host,
      port,
      method: request.method ?? "GET",
      path: `${url.pathname}${url.search}`,
      headers: request.headers,
    });
    upstream.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      pipeline(answer, response, () => undefined);
    });
    upstream.once("error", () => response.destroy());
    response.once("close", () => upstream.destroy());
    pipeline(request, upstream, () => undefined);
  }

  #tunnel(request: IncomingMessage, client: Duplex): void {
    const url = new URL(`http://${request.url}`);
    if (this.#refusals[url.hostname] !== undefined) {
      client.end("HTTP/1.1 403 Refused\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const [host, port] = this.#placeOf(url.hostname, Number(url.port || 443));
    const server = connect(port, host);
    this.#track(server);
    server.once("connect", () => {
      client.write("HTTP/1.1 200 Connected\r\n\r\n");
      pipeline(client, server, client, () => undefined);
    });
    server.once("error", () => client.end("HTTP/1.1 502 Unreachable\r\nContent-Length: 0\r\n\r\n"));
  }

  #placeOf(hostname: string, port: number): [host: string, port: number] {
    const place = this.#hosts[hostname];
    if (place === undefined) return [hostname, port];
    const [host = "", placePort] = place.split(":");
    return [host, Number(placePort)];
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
  }
}
