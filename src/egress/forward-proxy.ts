import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressInfo, Socket } from "node:net";
import type { Host } from "../platform/process/host.ts";
import type { Part } from "../platform/process/lifecycle.ts";
import type { HealthCheck } from "../platform/process/probes.ts";
import { BoundConnections } from "./bound-connections.ts";
import type { ForwardProxyConfig } from "./config.ts";
import { maxHeaderBytes, relayRequest } from "./http-relay.ts";
import type { EgressMetrics } from "./metrics.ts";
import { ProxyDesk } from "./proxy-desk.ts";
import type { ProxyDeskOptions } from "./proxy-desk.ts";
import { answerRefusal, endWithRefusal } from "./refusal.ts";
import { parseAbsoluteTarget, parseAuthorityTarget } from "./request-target.ts";
import { joinTunnel } from "./tunnel.ts";
import { isWebSocketUpgrade, relayUpgrade } from "./upgrade-relay.ts";

export type ForwardProxyHost = Pick<Host, "log" | "clock">;

/** Longer than any client keeps an idle connection, so that it is the client who closes it. */
const keepAliveMilliseconds = 120_000;
const headersMilliseconds = 30_000;
const bodyMilliseconds = 600_000;
/** Above the cap there is still room to say so. */
const roomForRefusals = 256;

/**
 * The forward proxy through which everything leaves: absolute-form requests and CONNECT, WebSockets over both. Who may
 * reach what is decided by the desk, anew for every request.
 */
export class ForwardProxy implements Part, HealthCheck {
  readonly name = "forward proxy";
  readonly stopTimeoutSeconds: number;
  readonly #config: ForwardProxyConfig;
  readonly #host: ForwardProxyHost;
  readonly #connections: BoundConnections;
  readonly #desk: ProxyDesk;
  readonly #server: Server;
  readonly #tunnelled = new Set<Socket>();
  #listening = false;

  constructor(
    config: ForwardProxyConfig,
    host: ForwardProxyHost,
    metrics: EgressMetrics,
    options: ProxyDeskOptions = {},
  ) {
    this.#config = config;
    this.#host = host;
    const { leaveSeconds, drainTimeoutSeconds } = config.limits;
    this.stopTimeoutSeconds = leaveSeconds + drainTimeoutSeconds + 5;
    this.#connections = new BoundConnections(config.tokenKey);
    this.#desk = new ProxyDesk(config, host, metrics, {
      ...options,
      connections: this.#connections,
    });
    this.#server = this.#createServer();
  }

  async start(signal: AbortSignal): Promise<void> {
    const { host, port } = this.#config;
    this.#server.listen({ host, port });
    try {
      await once(this.#server, "listening", { signal });
    } catch (thrown) {
      this.#server.close();
      throw bindProblem(thrown, this.#config);
    }
    this.#listening = true;
    this.#host.log.info({ port: this.port }, "Serving as forward proxy");
  }

  /**
   * For a while serves everything as before, but on connections that end with their answer; then takes nothing new, lets
   * what is open go on within the drain limit, and closes everything.
   */
  async stop(): Promise<void> {
    this.#listening = false;
    const { leaveSeconds } = this.#config.limits;
    if (leaveSeconds > 0) await sleep(leaveSeconds * 1000);
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeIdleConnections();
    await this.#desk.drain(this.#config.limits.drainTimeoutSeconds);
    this.#server.closeAllConnections();
    for (const socket of this.#tunnelled) socket.destroy();
    await closed;
  }

  /** The port that was bound; useful where 0 was asked for. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  readyProblem(): string | undefined {
    return this.#listening ? undefined : "it does not listen";
  }

  #createServer(): Server {
    const server = createServer(
      {
        keepAliveTimeout: keepAliveMilliseconds,
        headersTimeout: headersMilliseconds,
        requestTimeout: bodyMilliseconds,
        maxHeaderSize: maxHeaderBytes,
        shouldUpgradeCallback: isWebSocketUpgrade,
      },
      (request, response) => void this.#onRequest(request, response),
    );
    server.maxConnections = this.#config.limits.maxConnections + roomForRefusals;
    server.on("connect", (request, socket, head) => {
      void this.#onConnect(request, socket as Socket, head);
    });
    server.on("upgrade", (request, socket, head) => {
      void this.#onUpgrade(request, socket as Socket, head);
    });
    return server;
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on("error", () => undefined); // the response's "close" tells
    response.on("error", () => undefined);
    if (!this.#listening) response.shouldKeepAlive = false;
    const refusal = await this.#desk.serve(
      request,
      async (visit) => {
        const admitted = await visit(() => parseAbsoluteTarget(request.url ?? ""), "Plain");
        await relayRequest({ ...admitted, request, limits: this.#config.limits }, response);
      },
      response,
    );
    if (refusal !== undefined)
      answerRefusal(response, refusal, this.#connections.refusalHeaders(request, refusal));
  }

  async #onConnect(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    this.#keepTrack(client);
    const refusal = await this.#desk.serve(
      request,
      async (visit) => {
        const admitted = await visit(() => parseAuthorityTarget(request.url ?? ""), "Tunnel");
        const origin = await admitted.open();
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        await joinTunnel(client, origin, {
          head,
          idleTimeoutSeconds: this.#config.limits.idleTimeoutSeconds,
          demandsTLS: admitted.demandsTLS,
        });
      },
      client,
    );
    if (refusal !== undefined)
      endWithRefusal(client, refusal, this.#connections.refusalHeaders(request, refusal));
  }

  async #onUpgrade(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    this.#keepTrack(client);
    const refusal = await this.#desk.serve(
      request,
      async (visit) => {
        const admitted = await visit(() => parseAbsoluteTarget(request.url ?? ""), "Plain");
        await relayUpgrade({ ...admitted, request, limits: this.#config.limits }, client, head);
      },
      client,
    );
    if (refusal !== undefined)
      endWithRefusal(client, refusal, this.#connections.refusalHeaders(request, refusal));
  }

  /** The HTTP server no longer knows sockets it has handed out. */
  #keepTrack(client: Socket): void {
    client.on("error", () => undefined); // "close" follows
    this.#tunnelled.add(client);
    client.once("close", () => this.#tunnelled.delete(client));
  }
}

function bindProblem(thrown: unknown, { host, port }: ForwardProxyConfig): unknown {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") return thrown;
  return new Error(
    `Port ${port} of ${host} cannot be bound (${code}); check STILLS_EGRESS_HOST and STILLS_EGRESS_PORT`,
    { cause: thrown },
  );
}
