import { Agent, createServer, request as requestUpstream } from "node:http";
import type { ClientRequest, IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream";
import type { Duplex } from "node:stream";
import { isReason } from "../api/reasons.ts";
import { targetName, targetNameOfRequest } from "../core/target-name.ts";
import { egressUnreachable, isConnectProblem, messageIn, sentenceOf } from "./egress-refusal.ts";
import type { EgressRefusal } from "./egress-refusal.ts";
import { endTunnel } from "./tunnel.ts";
import { refusalOfStatus, UpstreamFailed } from "./upstream-route.ts";
import type { UpstreamRoute } from "./upstream-route.ts";

export interface ChainedForwardingOptions {
  upstream: UpstreamRoute;
  /** Where the egress proxy is, and the token for it. */
  egress: { host: string; port: number; authorization: string };
  /** By `host:port`; what is refused is noted here. */
  refusals: Map<string, EgressRefusal>;
  /** Told of connections that must end with the capture. */
  track(socket: Duplex): void;
  /** How long a connection may take to come about. */
  connectTimeoutMilliseconds: number;
  /** How long one may be silent. */
  idleTimeoutMilliseconds: number;
}

const refusalSizeLimit = 4_096;
/** Of one connection only; they must not travel on. */
const hopHeaders = new Set(["proxy-authorization", "proxy-connection", "keep-alive"]);

/** How one request reaches the web. */
interface Route {
  target: string;
  upstream: UpstreamRoute | undefined;
}

/**
 * Forwards a browser's requests through the job's own proxy, which stands behind the egress proxy; those for its `bypassHosts` go to
 * the egress proxy only. Other than the plain way this has to understand HTTP, since each request may take another road.
 */
export class ChainedForwarding {
  readonly #options: ChainedForwardingOptions;
  readonly #server: Server;
  readonly #agent: Agent;

  constructor(options: ChainedForwardingOptions) {
    const { idleTimeoutMilliseconds } = options;
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, timeout: idleTimeoutMilliseconds });
    this.#server = createServer({ keepAliveTimeout: idleTimeoutMilliseconds });
    // A page may take its time with a request body.
    this.#server.requestTimeout = 0;
    this.#server.on("request", (request, response) => this.#forward(request, response));
    this.#server.on("connect", (request, socket, head) => this.#tunnel(request, socket, head));
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  /** Serves one connection of the browser. */
  accept(client: Socket): void {
    this.#server.emit("connection", client);
  }

  close(): void {
    this.#agent.destroy();
    this.#options.upstream.close();
  }

  /** A request in absolute form, as browsers send them to a proxy for http URLs. */
  #forward(request: IncomingMessage, response: ServerResponse): void {
    const target = targetName(request.url ?? "");
    if (target === undefined) {
      response.writeHead(400).end();
      return;
    }
    this.#send(request, response, { target, upstream: this.#upstreamFor(target) });
  }

  #send(request: IncomingMessage, response: ServerResponse, route: Route): void {
    const upstream = this.#request(request.method ?? "GET", request.url ?? "", {
      headers: withoutHopHeaders(request),
      route,
    });
    upstream.once("response", (answer) => this.#answer(answer, response, route));
    upstream.on("error", (thrown) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      // The proxy closed a connection that had been idle, just when it was to be used again.
      if (upstream.reusedSocket && !hasBody(request)) return this.#send(request, response, route);
      this.#noteUnreachable(route.target, thrown);
      response.writeHead(502, { connection: "close" }).end();
    });
    response.once("close", () => {
      if (!response.writableFinished) upstream.destroy();
    });
    if (hasBody(request)) pipeline(request, upstream, () => undefined);
    else upstream.end();
  }

  #answer(answer: IncomingMessage, response: ServerResponse, { target, upstream }: Route): void {
    if (upstream === undefined) this.#rememberRefusal(target, answer);
    else if (answer.statusCode === 407) {
      // The browser would ask its user for a password, which nobody answers.
      this.#options.refusals.set(target, refusalOfStatus(407));
      answer.destroy();
      response.writeHead(502, { connection: "close" }).end();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    pipeline(answer, response, () => undefined);
  }

  /** A tunnel, for https and for WebSockets of either kind. */
  #tunnel(request: IncomingMessage, client: Duplex, head: Buffer): void {
    client.on("error", () => client.destroy());
    const target = targetNameOfRequest("CONNECT", request.url ?? "");
    if (target === undefined) {
      endTunnel(client, 400);
      return;
    }
    const route = { target, upstream: undefined };
    const chained = this.#upstreamFor(target);
    if (chained !== undefined) {
      void this.#tunnelThrough(client, { ...route, upstream: chained }, head);
      return;
    }
    const upstream = this.#request("CONNECT", request.url ?? "", {
      headers: { host: request.url ?? "" },
      route,
    });
    upstream.setTimeout(this.#options.connectTimeoutMilliseconds, () =>
      upstream.destroy(
        Object.assign(new Error("The egress proxy did not answer in time"), { code: "ETIMEDOUT" }),
      ),
    );
    client.once("close", () => upstream.destroy());
    upstream.once("connect", (answer, remote, remoteHead) => {
      this.#options.track(remote);
      if (answer.statusCode !== 200) {
        this.#rememberRefusal(target, answer);
        remote.destroy();
        endTunnel(client, answer.statusCode ?? 502);
        return;
      }
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      this.#join(client, remote, { head, remoteHead });
    });
    upstream.once("error", (thrown) => {
      this.#noteUnreachable(target, thrown);
      endTunnel(client, 502);
    });
    upstream.end();
  }

  async #tunnelThrough(
    client: Duplex,
    { target, upstream }: Route & { upstream: UpstreamRoute },
    head: Buffer,
  ): Promise<void> {
    try {
      const remote = await upstream.open(target);
      this.#options.track(remote);
      if (client.destroyed) return void remote.destroy();
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      this.#join(client, remote, { head, remoteHead: Buffer.alloc(0) });
    } catch (thrown) {
      this.#noteUnreachable(target, thrown as Error);
      endTunnel(client, 502);
    }
  }

  #join(client: Duplex, remote: Socket, heads: { head: Buffer; remoteHead: Buffer }): void {
    remote.setTimeout(this.#options.idleTimeoutMilliseconds, () => remote.destroy());
    if (heads.remoteHead.length > 0) client.write(heads.remoteHead);
    if (heads.head.length > 0) remote.write(heads.head);
    pipeline(client, remote, () => undefined);
    pipeline(remote, client, () => undefined);
  }

  #request(
    method: string,
    path: string,
    { headers, route }: { headers: Record<string, string | string[]>; route: Route },
  ): ClientRequest {
    const { authorization, ...place } = route.upstream?.requestOptions ?? {
      ...this.#options.egress,
      // A tunnel keeps its connection, so there is nothing to share.
      agent: method === "CONNECT" ? false : this.#agent,
    };
    const proof = authorization === undefined ? {} : { "proxy-authorization": authorization };
    return requestUpstream({ ...place, method, path, headers: { ...headers, ...proof } });
  }

  #upstreamFor(target: string): UpstreamRoute | undefined {
    const hostname = target.slice(0, target.lastIndexOf(":"));
    const { upstream } = this.#options;
    return upstream.isFor(hostname) ? upstream : undefined;
  }

  #rememberRefusal(target: string, answer: IncomingMessage): void {
    const reason = answer.headers["x-stills-reason"];
    if (typeof reason !== "string" || !isReason(reason)) return;
    const refusal: EgressRefusal = { reason, message: sentenceOf(reason, target) };
    this.#options.refusals.set(target, refusal);
    let text = "";
    answer.on("data", (chunk: Buffer) => {
      if (text.length < refusalSizeLimit) text += chunk.toString();
    });
    answer.once("end", () => {
      refusal.message = messageIn(text) ?? refusal.message;
    });
  }

  /** The browser only sees a failed request; whoever asks for the refusal hears whose fault it was. */
  #noteUnreachable(target: string, thrown: Error): void {
    if (thrown instanceof UpstreamFailed) this.#options.refusals.set(target, thrown.refusal);
    else if (isConnectProblem(thrown)) this.#options.refusals.set(target, egressUnreachable);
  }
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
