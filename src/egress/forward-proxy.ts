import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressInfo, Socket } from "node:net";
import { heartbeatPath } from "../api/messages/egress-heartbeat.ts";
import { maxTokenLength } from "../core/tokens/proxy-token.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { HealthCheck } from "../platform/process/probes.ts";
import type { ForwardProxyConfig } from "./config.ts";
import type { ConnectHandler } from "./connect-handler.ts";
import { maxWatchers, type Heartbeat } from "./heartbeat.ts";
import { endWithRefusal, overloaded } from "./refusal.ts";
import { relayTunnel } from "./tunnel.ts";

const headersTimeoutMilliseconds = 30_000;
/** All of a head but the token. */
const otherHeaderBytes = 12_000;
/** Connections beyond `maxConnections` that are accepted only to be refused with a reason. */
const refusalConnections = 256;

export interface ForwardProxyDependencies {
  config: ForwardProxyConfig;
  connectHandler: ConnectHandler;
  heartbeat: Heartbeat;
  log: Logger;
}

/**
 * The forward proxy that all outgoing traffic passes: http, https and WebSockets alike use a tunnel opened with CONNECT. A tunnel leads
 * to the address that was authorized when it was opened, so its bytes need no further check: no byte of an origin reaches an HTTP parser
 * here, and none can pass for an answer of the proxy. Forwarding http as parsed requests took a third of all CPU time outside the browser.
 */
export class ForwardProxy implements Runnable, HealthCheck {
  readonly name = "forward proxy";
  readonly stopTimeoutSeconds: number;
  readonly #config: ForwardProxyConfig;
  readonly #connectHandler: ConnectHandler;
  readonly #heartbeat: Heartbeat;
  readonly #log: Logger;
  readonly #server: Server;
  readonly #tunnelSockets = new Set<Socket>();
  #listening = false;

  constructor({ config, connectHandler, heartbeat, log }: ForwardProxyDependencies) {
    this.#config = config;
    const { leaveSeconds, drainTimeoutSeconds } = config.limits;
    this.stopTimeoutSeconds = leaveSeconds + drainTimeoutSeconds + 5;
    this.#connectHandler = connectHandler;
    this.#heartbeat = heartbeat;
    this.#log = log;
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
    this.#heartbeat.start();
    this.#log.info({ port: this.port }, "Serving as forward proxy");
  }

  /**
   * Serves as before until `leaveSeconds` have passed, then accepts nothing new, waits for open tunnels up to the drain limit, and closes
   * the rest.
   */
  async stop(): Promise<void> {
    this.#listening = false;
    const { leaveSeconds } = this.#config.limits;
    if (leaveSeconds > 0) await sleep(leaveSeconds * 1000);
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeIdleConnections();
    const isDrained = await this.#connectHandler.drain(this.#config.limits.drainTimeoutSeconds);
    await this.#heartbeat.stop({ isDrained });
    this.#server.closeAllConnections();
    for (const socket of this.#tunnelSockets) socket.destroy();
    await closed;
  }

  /** The bound port, which differs from the configured one if that is 0. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  readyProblem(): string | undefined {
    return this.#listening ? undefined : "the proxy is not listening";
  }

  /** Without an "upgrade" listener, Node treats an upgrade request like any other request. */
  #createServer(): Server {
    const server = createServer({
      headersTimeout: headersTimeoutMilliseconds,
      maxHeaderSize: maxTokenLength + otherHeaderBytes,
    });
    server.on("request", (request, response) => this.#onRequest(request, response));
    server.maxConnections = this.#config.limits.maxConnections + refusalConnections;
    server.on("connect", (request, socket, head) => {
      void this.#onConnect(request, socket as Socket, head);
    });
    return server;
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket, method, url } = request;
    if (this.#heartbeat.isServing(socket)) return void socket.destroy();
    if (method === "GET" && url === heartbeatPath && this.#connectHandler.isAuthorized(request)) {
      if (this.#heartbeat.hasCapacity) return this.#heartbeat.serve(response);
      return endWithRefusal(
        socket,
        overloaded(`This replica has reached its limit of ${maxWatchers} heartbeat watchers`),
      );
    }
    if (!socket.writableEnded) endWithRefusal(socket, this.#connectHandler.refuseMethod(request));
  }

  async #onConnect(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    this.#trackSocket(client);
    // Pipelined behind a request that was refused.
    if (client.writableEnded) return;
    if (this.#heartbeat.isServing(client)) return void client.destroy();
    const { idleTimeoutSeconds } = this.#config.limits;
    const replica = this.#heartbeat.headerFor(client);
    const refusal = await this.#connectHandler.serve(
      request,
      client,
      async (origin, { requiresTLS }) => {
        client.write(`HTTP/1.1 200 Connection Established\r\n${replica}\r\n\r\n`);
        await relayTunnel(client, origin, { head, idleTimeoutSeconds, requiresTLS });
      },
    );
    if (refusal !== undefined) endWithRefusal(client, refusal);
  }

  /** The HTTP server does not close the sockets of its "connect" events. */
  #trackSocket(client: Socket): void {
    client.on("error", () => undefined); // "close" follows
    this.#tunnelSockets.add(client);
    client.once("close", () => this.#tunnelSockets.delete(client));
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
