import { createServer, request as requestUpstream } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream";
import type { EgressRefusal } from "./egress-refusal.ts";
import { joinConnections } from "./joined-connections.ts";
import { brokenOff, refusalOfStatus, UpstreamFailed } from "./upstream-route.ts";
import type { UpstreamRoute } from "./upstream-route.ts";

interface ChainedForwardingOptions {
  upstream: UpstreamRoute;
  /** Called with a target (`host:port`) that could not be reached, and the cause. */
  onRefusal(target: string, refusal: EgressRefusal): void;
  /** How long a connection may be silent. */
  idleTimeoutMilliseconds: number;
}

/** Content type "handshake" of a TLS record (RFC 8446, 5.1). */
const handshakeRecord = 22;
/** Hop-by-hop headers, which are not forwarded (RFC 9110, 7.6.1). */
const hopHeaders = new Set(["proxy-authorization", "proxy-connection", "keep-alive"]);

/**
 * Forwards a browser's connections through the job's own proxy, which is reached through the egress proxy. TLS and WebSockets go
 * through tunnels; plain requests are sent in absolute form, since many proxies tunnel to port 443 only.
 */
export class ChainedForwarding {
  readonly #options: ChainedForwardingOptions;
  readonly #server: Server;
  /** `host:port` of each plain HTTP connection. */
  readonly #targets = new WeakMap<Socket, string>();

  constructor(options: ChainedForwardingOptions) {
    this.#options = options;
    this.#server = createServer({ keepAliveTimeout: options.idleTimeoutMilliseconds });
    // A page may send a request body slowly.
    this.#server.requestTimeout = 0;
    this.#server.on("request", (request, response) => this.#send(request, response));
    this.#server.on("upgrade", (request, client: Socket, head) => {
      const target = this.#targetOf(request);
      client.unshift(Buffer.concat([Buffer.from(headOf(request), "latin1"), head]));
      void this.#tunnel(client, target);
    });
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  /** Whether the target (`host:port`) is reached through the job's proxy, and does not bypass it. */
  isFor(target: string): boolean {
    return this.#options.upstream.isFor(target.slice(0, target.lastIndexOf(":")));
  }

  /** Serves one connection of the browser, which is paused. */
  serve(client: Socket, target: string): void {
    client.once("data", (first: Buffer) => {
      client.pause();
      client.unshift(first);
      if (first[0] === handshakeRecord) return void this.#tunnel(client, target);
      this.#targets.set(client, target);
      this.#server.emit("connection", client);
      client.resume();
    });
    client.resume();
  }

  close(): void {
    this.#options.upstream.close();
  }

  #targetOf({ socket }: IncomingMessage): string {
    return this.#targets.get(socket) ?? "";
  }

  #send(request: IncomingMessage, response: ServerResponse): void {
    const target = this.#targetOf(request);
    const { authorization, ...connection } = this.#options.upstream.requestOptions;
    const proxyHeaders =
      authorization === undefined ? {} : { "proxy-authorization": authorization };
    const upstream = requestUpstream({
      ...connection,
      method: request.method ?? "GET",
      path: `http://${target.replace(/:80$/, "")}${request.url ?? "/"}`,
      headers: { ...withoutHopHeaders(request), ...proxyHeaders },
    });
    upstream.once("response", (answer) => this.#answer(answer, response, target));
    upstream.on("error", (thrown) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      // The proxy closed an idle connection just before it was used again.
      if (upstream.reusedSocket && !hasBody(request)) return this.#send(request, response);
      this.#recordUnreachable(target, thrown);
      response.writeHead(502, { connection: "close" }).end();
    });
    response.once("close", () => {
      if (!response.writableFinished) upstream.destroy();
    });
    if (hasBody(request)) pipeline(request, upstream, () => undefined);
    else upstream.end();
  }

  #answer(answer: IncomingMessage, response: ServerResponse, target: string): void {
    if (answer.statusCode === 407) {
      // The browser would prompt for a password.
      this.#options.onRefusal(target, refusalOfStatus(407));
      answer.destroy();
      response.writeHead(502, { connection: "close" }).end();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    pipeline(answer, response, () => undefined);
  }

  /** Opens a tunnel for this connection through the job's proxy. */
  async #tunnel(client: Socket, target: string): Promise<void> {
    try {
      const remote = await this.#options.upstream.open(target);
      joinConnections(client, remote, this.#options);
    } catch (thrown) {
      this.#recordUnreachable(target, thrown as Error);
      client.destroy();
    }
  }

  /** The browser reports only a failed request; the refusal says which side failed. */
  #recordUnreachable(target: string, thrown: Error): void {
    const refusal = thrown instanceof UpstreamFailed ? thrown.refusal : brokenOff;
    this.#options.onRefusal(target, refusal);
  }
}

/** The head as the browser wrote it; headers are Latin-1. */
function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    head += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  return `${head}\r\n`;
}

function withoutHopHeaders(request: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && !hopHeaders.has(name)) headers[name] = value;
  return headers;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}
