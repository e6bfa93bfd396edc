import { once } from "node:events";
import { Agent, createServer, request as requestUpstream } from "node:http";
import type { ClientRequest, IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { pipeline } from "node:stream";
import type { Duplex } from "node:stream";
import { isReason } from "../api/reasons.ts";
import type { Reason } from "../api/reasons.ts";
import type { UpstreamProxy } from "../api/sealed-fields.ts";
import { refusalOfStatus, UpstreamFailed, UpstreamRoute } from "./upstream-route.ts";

/** What the egress proxy said when it refused a target. */
export interface EgressRefusal {
  reason: Reason;
  message: string;
}

export interface Transfer {
  requests: number;
  bytesUp: number;
  bytesDown: number;
}

export interface ForwarderOptions {
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
}

const unreachable: EgressRefusal = {
  reason: "InternalError",
  message: "The egress proxy of Stills could not be reached",
};
/** How long the egress proxy may take to say something about a tunnel; it dials for less. */
const connectTimeoutMilliseconds = 30_000;
/** A page may keep a socket open without a word for as long as any capture lasts, but no longer. */
const idleTimeoutMilliseconds = 600_000;
const refusalSizeLimit = 4_096;
/** Of one connection only; they must not travel on. */
const hopHeaders = new Set(["proxy-authorization", "proxy-connection", "keep-alive"]);

/** How one request reaches the web. */
interface Route {
  target: string;
  /** Of the egress proxy. */
  authorization: string;
  upstream: UpstreamRoute | undefined;
}

/**
 * A proxy on a loopback port of its own, for one browser context. Chromium cannot send a token to its proxy without asking,
 * so this adds the job's token and passes everything on to the egress proxy, counting bytes and remembering refusals.
 * Until it has a token it refuses everything: a context is made ready before its job is known.
 */
export class Forwarder implements AsyncDisposable {
  readonly #options: ForwarderOptions;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true, timeout: idleTimeoutMilliseconds });
  readonly #sockets = new Set<Duplex>();
  readonly #refusals = new Map<string, EgressRefusal>();
  readonly #transfer: Transfer = { requests: 0, bytesUp: 0, bytesDown: 0 };
  #authorization: string | undefined;
  #upstream: UpstreamRoute | undefined;

  private constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#server = createServer({ keepAliveTimeout: idleTimeoutMilliseconds });
    // A page may take its time with a request body.
    this.#server.requestTimeout = 0;
    this.#server.on("request", (request, response) => this.#forward(request, response));
    this.#server.on("connect", (request, socket, head) => this.#tunnel(request, socket, head));
    this.#server.on("connection", (socket) => this.#track(socket));
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  /** Listens on 127.0.0.1 only, on any free port. */
  static async open(options: ForwarderOptions): Promise<Forwarder> {
    const forwarder = new Forwarder(options);
    forwarder.#server.listen({ host: "127.0.0.1", port: 0 });
    await once(forwarder.#server, "listening");
    return forwarder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Bytes of bodies and tunnels, counted on the browser's side. */
  get transfer(): Readonly<Transfer> {
    return this.#transfer;
  }

  /** Lets requests pass from now on, with this token. */
  authorize(pageToken: string): void {
    this.#authorization = `Bearer ${pageToken}`;
  }

  /** Reaches hosts through a proxy of the job's own from now on, itself behind the egress proxy. After `authorize`. */
  useUpstream(proxy: UpstreamProxy): void {
    if (this.#authorization === undefined) throw new Error("The forwarder has no token yet");
    this.#upstream = new UpstreamRoute({
      proxy,
      egress: { ...this.#egress, authorization: this.#authorization },
      timeoutMilliseconds: connectTimeoutMilliseconds,
    });
  }

  /** The last refusal of host and port of this URL, if there was one. */
  refusalOf(url: string): EgressRefusal | undefined {
    const target = targetOf(url);
    return target === undefined ? undefined : this.#refusals.get(target);
  }

  /** Ends all connections at once. May be called twice. */
  async close(): Promise<void> {
    this.#authorization = undefined;
    this.#agent.destroy();
    this.#upstream?.close();
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A request in absolute form, as browsers send them to a proxy for http URLs. */
  #forward(request: IncomingMessage, response: ServerResponse): void {
    const target = targetOf(request.url ?? "");
    if (this.#authorization === undefined || target === undefined) {
      response.writeHead(target === undefined ? 400 : 407).end();
      return;
    }
    this.#transfer.requests += 1;
    request.on("data", (chunk: Buffer) => (this.#transfer.bytesUp += chunk.length));
    const upstream = this.#upstreamFor(target);
    this.#send(request, response, { target, authorization: this.#authorization, upstream });
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
      this.#refusals.set(target, refusalOfStatus(407));
      answer.destroy();
      response.writeHead(502, { connection: "close" }).end();
      return;
    }
    this.#countDown(answer);
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    pipeline(answer, response, () => undefined);
  }

  /** A tunnel, for https and for WebSockets of either kind. */
  #tunnel(request: IncomingMessage, client: Duplex, head: Buffer): void {
    client.on("error", () => client.destroy());
    const target = targetOf(`https://${request.url ?? ""}`);
    if (this.#authorization === undefined || target === undefined) {
      endTunnel(client, target === undefined ? 400 : 407);
      return;
    }
    this.#transfer.requests += 1;
    const route = { target, authorization: this.#authorization, upstream: undefined };
    const chained = this.#upstreamFor(target);
    if (chained !== undefined) {
      void this.#tunnelThrough(client, { ...route, upstream: chained }, head);
      return;
    }
    const upstream = this.#request("CONNECT", request.url ?? "", {
      headers: { host: request.url ?? "" },
      route,
    });
    upstream.setTimeout(connectTimeoutMilliseconds, () =>
      upstream.destroy(
        Object.assign(new Error("The egress proxy did not answer in time"), { code: "ETIMEDOUT" }),
      ),
    );
    client.once("close", () => upstream.destroy());
    upstream.once("connect", (answer, remote, remoteHead) => {
      this.#track(remote);
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
      this.#track(remote);
      if (client.destroyed) return void remote.destroy();
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      this.#join(client, remote, { head, remoteHead: Buffer.alloc(0) });
    } catch (thrown) {
      this.#noteUnreachable(target, thrown as Error);
      endTunnel(client, 502);
    }
  }

  #join(client: Duplex, remote: Socket, heads: { head: Buffer; remoteHead: Buffer }): void {
    remote.setTimeout(idleTimeoutMilliseconds, () => remote.destroy());
    this.#countDown(remote);
    client.on("data", (chunk: Buffer) => (this.#transfer.bytesUp += chunk.length));
    this.#transfer.bytesUp += heads.head.length;
    this.#transfer.bytesDown += heads.remoteHead.length;
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
      ...this.#egress,
      authorization: route.authorization,
      // A tunnel keeps its connection, so there is nothing to share.
      agent: method === "CONNECT" ? false : this.#agent,
    };
    const proof = authorization === undefined ? {} : { "proxy-authorization": authorization };
    return requestUpstream({ ...place, method, path, headers: { ...headers, ...proof } });
  }

  get #egress(): { host: string; port: number } {
    const { hostname, port } = new URL(this.#options.egressURL);
    return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? 80 : Number(port) };
  }

  #upstreamFor(target: string): UpstreamRoute | undefined {
    const hostname = target.slice(0, target.lastIndexOf(":"));
    return this.#upstream?.isFor(hostname) === true ? this.#upstream : undefined;
  }

  #rememberRefusal(target: string, answer: IncomingMessage): void {
    const reason = answer.headers["x-stills-reason"];
    if (typeof reason !== "string" || !isReason(reason)) return;
    const refusal: EgressRefusal = { reason, message: sentenceOf(reason, target) };
    this.#refusals.set(target, refusal);
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
    if (thrown instanceof UpstreamFailed) this.#refusals.set(target, thrown.refusal);
    else if (isConnectProblem(thrown)) this.#refusals.set(target, unreachable);
  }

  #countDown(stream: IncomingMessage | Duplex): void {
    stream.on("data", (chunk: Buffer) => (this.#transfer.bytesDown += chunk.length));
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
  }
}

/** `host:port` of an http, https or ws URL; the two forms of one target give the same text. */
function targetOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.hostname === "") return undefined;
  const secure = parsed.protocol === "https:" || parsed.protocol === "wss:";
  if (!secure && parsed.protocol !== "http:" && parsed.protocol !== "ws:") return undefined;
  return `${parsed.hostname}:${parsed.port || (secure ? "443" : "80")}`;
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

function endTunnel(client: Duplex, statusCode: number): void {
  if (client.destroyed || client.writableEnded) return;
  client.end(`HTTP/1.1 ${statusCode} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

function isConnectProblem(thrown: Error): boolean {
  const { code, syscall } = thrown as NodeJS.ErrnoException;
  return syscall === "connect" || syscall === "getaddrinfo" || code === "ETIMEDOUT";
}

function sentenceOf(reason: Reason, target: string): string {
  if (reason === "TargetNotAllowed")
    return `${target} may not be visited: its address is not public, or browsers block its port; an operator can allow an address with STILLS_EGRESS_ALLOW_CIDRS`;
  if (reason === "NameNotResolved")
    return `The host name of ${target} does not exist; check its spelling`;
  if (reason === "TransferLimitExceeded") return "The page loaded more than one job may load";
  return `No connection to ${target}; check the port and that the server is up`;
}

function messageIn(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message.slice(0, 500) : undefined;
  } catch {
    return undefined;
  }
}
