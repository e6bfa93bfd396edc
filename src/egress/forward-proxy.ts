import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressInfo, Socket } from "node:net";
import { presencePath } from "../api/messages/egress-heartbeat.ts";
import type { Part } from "../platform/process/lifecycle.ts";
import type { HealthCheck } from "../platform/process/probes.ts";
import type { ForwardProxyConfig } from "./config.ts";
import type { EgressMetrics } from "./metrics.ts";
import { Heartbeat } from "./heartbeat.ts";
import { ConnectHandler } from "./connect-handler.ts";
import type { ConnectHandlerHost, ConnectHandlerOptions } from "./connect-handler.ts";
import { endWithRefusal, noRoom } from "./refusal.ts";
import { joinTunnel } from "./tunnel.ts";

const headersMilliseconds = 30_000;
/** Above the cap there is still room to say so. */
const roomForRefusals = 256;

/**
 * The forward proxy through which everything leaves, whatever it is: http, https and WebSockets alike go through a tunnel of their own,
 * opened with CONNECT. A tunnel leads to the one address that the desk checked when it was opened, so there is nothing in it to check
 * again; no byte of an origin meets an HTTP parser here, and none can be taken for a word of the proxy. Carrying http as requests,
 * parsed and written anew in both directions, took a third of all CPU time outside the browser.
 */
export class ForwardProxy implements Part, HealthCheck {
  readonly name = "forward proxy";
  readonly stopTimeoutSeconds: number;
  readonly #config: ForwardProxyConfig;
  readonly #host: ConnectHandlerHost;
  readonly #desk: ConnectHandler;
  readonly #presence: Heartbeat;
  readonly #server: Server;
  readonly #tunnelled = new Set<Socket>();
  #listening = false;

  constructor(
    config: ForwardProxyConfig,
    host: ConnectHandlerHost,
    metrics: EgressMetrics,
    options: ConnectHandlerOptions = {},
  ) {
    this.#config = config;
    this.#host = host;
    const { leaveSeconds, drainTimeoutSeconds } = config.limits;
    this.stopTimeoutSeconds = leaveSeconds + drainTimeoutSeconds + 5;
    this.#presence = new Heartbeat(metrics);
    this.#desk = new ConnectHandler(config, host, metrics, options);
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
   * For a while opens tunnels as before; then takes nothing new, lets what is open go on within the drain limit, and closes everything.
   */
  async stop(): Promise<void> {
    this.#listening = false;
    const { leaveSeconds } = this.#config.limits;
    if (leaveSeconds > 0) await sleep(leaveSeconds * 1000);
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeIdleConnections();
    const inOrder = await this.#desk.drain(this.#config.limits.drainTimeoutSeconds);
    await this.#presence.stop({ inOrder });
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

  /** Without a listener for "upgrade", a request for one is a request as any other. */
  #createServer(): Server {
    const server = createServer({ headersTimeout: headersMilliseconds });
    server.on("request", (request, response) => this.#onRequest(request, response));
    server.maxConnections = this.#config.limits.maxConnections + roomForRefusals;
    server.on("connect", (request, socket, head) => {
      void this.#onConnect(request, socket as Socket, head);
    });
    return server;
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket, method, url } = request;
    if (this.#presence.isServing(socket)) return void socket.destroy();
    if (method === "GET" && url === presencePath && this.#desk.isAuthorized(request)) {
      if (this.#presence.hasRoom) return this.#presence.serve(response);
      return endWithRefusal(socket, noRoom("As many workers watch this replica as it takes"));
    }
    if (!socket.writableEnded) endWithRefusal(socket, this.#desk.turnAway(request));
  }

  async #onConnect(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    this.#keepTrack(client);
    // It came together with a request that was refused.
    if (client.writableEnded) return;
    if (this.#presence.isServing(client)) return void client.destroy();
    const { idleTimeoutSeconds } = this.#config.limits;
    const replica = this.#presence.headerFor(client);
    const refusal = await this.#desk.serve(request, client, async (origin, { demandsTLS }) => {
      client.write(`HTTP/1.1 200 Connection Established\r\n${replica}\r\n\r\n`);
      await joinTunnel(client, origin, { head, idleTimeoutSeconds, demandsTLS });
    });
    if (refusal !== undefined) endWithRefusal(client, refusal);
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
