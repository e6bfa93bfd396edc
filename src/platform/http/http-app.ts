import { STATUS_CODES } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import fastify, { type FastifyInstance } from "fastify";
import type { Runnable } from "../process/lifecycle.ts";

export type { FastifyInstance as HTTPApp, FastifyReply, FastifyRequest } from "fastify";

interface HTTPAppOptions {
  maxBodyBytes: number;
  /** Request line and headers together. */
  maxHeaderBytes: number;
  timeouts: HTTPTimeouts;
  /** Further ones are closed at once. */
  maxConnections: number;
  /** Called for each connection that is closed because there are too many. */
  connectionDropped(): void;
  /** The answer to what could not be read as a request. */
  unreadable(problem: UnreadableRequest): JSONAnswer;
}

interface HTTPTimeouts {
  /** Until the headers are complete, from the beginning of the connection or of the request. */
  headersSeconds: number;
  /** Until the body is complete, from the same moment. */
  requestSeconds: number;
  /** While no byte comes or goes: longer than any answer takes to begin. */
  silenceSeconds: number;
}

export type UnreadableRequest = "HeadersTooLarge" | "TooSlow" | "Malformed";

export interface JSONAnswer {
  status: number;
  body: unknown;
}

/** Node.js looks for connections whose time is over this often, by default every 30 seconds. */
const timeoutCheckMilliseconds = 1_000;

/** A web application with limits on everything a caller sends and on the time to send it. */
export function createHTTPApp(options: HTTPAppOptions): FastifyInstance {
  const { maxHeaderBytes, timeouts } = options;
  const app = fastify({
    logger: false,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: timeouts.requestSeconds * 1000,
    connectionTimeout: timeouts.silenceSeconds * 1000,
    clientErrorHandler: (error, socket) => {
      if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
      socket.end(rawAnswer(options.unreadable(problemOf(error.code))));
    },
    exposeHeadRoutes: false,
    forceCloseConnections: "idle",
    // Requests on open connections are still answered; see HTTPListener.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: true },
    http: {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: timeouts.headersSeconds * 1000,
      connectionsCheckingInterval: timeoutCheckMilliseconds,
    },
  });
  app.server.maxConnections = options.maxConnections;
  app.server.on("drop", () => options.connectionDropped());
  // Only JSON is read; everything else is answered as a wrong media type.
  app.removeContentTypeParser("text/plain");
  return app;
}

function problemOf(code: string): UnreadableRequest {
  if (code === "HPE_HEADER_OVERFLOW") return "HeadersTooLarge";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "TooSlow" : "Malformed";
}

/** Without a response object, which only a parsed request has. */
function rawAnswer({ status, body }: JSONAnswer): string {
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
    "connection: close",
    "",
    text,
  ].join("\r\n");
}

interface HTTPListenerOptions {
  host: string;
  port: number;
  /** How long new connections are still accepted after `stop`: load balancers learn of it late. */
  leaveSeconds: number;
  /** How long requests may take after that. */
  drainSeconds: number;
}

/**
 * Listens for HTTP. Stopping loses no request: for a while all requests are served, but every response closes its connection, so
 * that clients connect to another replica; then no connection is accepted, and requests in flight finish.
 */
export class HTTPListener implements Runnable {
  readonly name = "HTTP server";
  readonly stopTimeoutSeconds: number;
  readonly #app: FastifyInstance;
  readonly #options: HTTPListenerOptions;
  #leaving = false;

  constructor(app: FastifyInstance, options: HTTPListenerOptions) {
    this.#app = app;
    this.#options = options;
    this.stopTimeoutSeconds = options.leaveSeconds + options.drainSeconds;
    app.addHook("onSend", async (_request, reply) => {
      if (this.#leaving) reply.header("connection", "close");
    });
  }

  async start(): Promise<void> {
    const { host, port } = this.#options;
    try {
      await this.#app.listen({ host, port });
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code;
      if (code !== "EADDRINUSE" && code !== "EACCES") throw thrown;
      const why = code === "EADDRINUSE" ? "is in use" : "may not be opened by this user";
      throw new Error(
        `Port ${port} on ${host} ${why}; choose another one, or stop the process that uses it`,
        {
          cause: thrown,
        },
      );
    }
  }

  get isListening(): boolean {
    return this.#app.server.listening;
  }

  async stop(): Promise<void> {
    this.#leaving = true;
    const { leaveSeconds } = this.#options;
    if (leaveSeconds > 0) await sleep(leaveSeconds * 1000);
    await this.#app.close();
  }
}
