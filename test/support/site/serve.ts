import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Routes, Visit } from "./answers.ts";
import { articleRoutes } from "./article.ts";
import { bannerRoutes } from "./banners.ts";
import { blockingRoutes } from "./blocking.ts";
import { circumstanceRoutes } from "./circumstances.ts";
import { coveredElementRoutes } from "./covered-elements.ts";
import { documentKindRoutes } from "./document-kinds.ts";
import { hostileRoutes } from "./hostile.ts";
import { kindRoutes } from "./kinds.ts";
import { optionRoutes } from "./options.ts";
import { ordinaryRoutes } from "./ordinary.ts";
import { restRoutes } from "./rest.ts";
import { shopRoutes } from "./shop.ts";
import { textRoutes } from "./texts.ts";
import { wholePageRoutes } from "./whole-pages.ts";

/** The pages of the site, by path. */
export const realisticPages = [
  "/shop",
  "/article",
  "/fonts",
  "/languages",
  "/never-idle",
  "/slow-third-party",
  "/consent",
  "/redirects",
] as const;

const routes: Routes = {
  ...shopRoutes,
  ...blockingRoutes,
  ...bannerRoutes,
  ...articleRoutes,
  ...ordinaryRoutes,
  ...optionRoutes,
  ...circumstanceRoutes,
  ...kindRoutes,
  ...documentKindRoutes,
  ...restRoutes,
  ...hostileRoutes,
  ...textRoutes,
  ...wholePageRoutes,
  ...coveredElementRoutes,
};

export interface SiteOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default: any free one. */
  port?: number;
}

export interface Site extends AsyncDisposable {
  /** Origin of the pages, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** The same pages under another origin. */
  readonly thirdPartyURL: string;
  /** Paths with query of all requests to both origins, in order. */
  readonly visited: readonly string[];
  /** The same with the host that each request was for. */
  readonly visitedURLs: readonly string[];
  close(): Promise<void>;
}

/** Starts the site of pages that tests and benchmarks look at; two origins, so that one can be the third party. */
export async function startSite({ host = "127.0.0.1", port = 0 }: SiteOptions = {}): Promise<Site> {
  const closing = new AbortController();
  const visited: string[] = [];
  const visitedURLs: string[] = [];
  let thirdParty = "";
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    visited.push(request.url ?? "");
    visitedURLs.push(`http://${request.headers.host ?? ""}${request.url ?? ""}`);
    void answerVisit({
      request,
      response,
      url: new URL(request.url ?? "/", "http://site"),
      thirdParty,
      closing: closing.signal,
    });
  };
  const other = await listen(answer, host, 0);
  thirdParty = other.url;
  const own = await listen(answer, host, port);
  const close = async (): Promise<void> => {
    closing.abort();
    await Promise.all([own.close(), other.close()]);
  };
  return {
    url: own.url,
    port: own.port,
    thirdPartyURL: thirdParty,
    visited,
    visitedURLs,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Listener {
  url: string;
  port: number;
  close(): Promise<void>;
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  host: string,
  wantedPort: number,
): Promise<Listener> {
  const server: Server = createServer(answer);
  const sockets = new Set<Duplex>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  server.on("upgrade", (request, socket) => acceptWebSocket(request, socket));
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(wantedPort, host, listening.resolve);
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      return closed.promise;
    },
  };
}

async function answerVisit(visit: Visit): Promise<void> {
  const { response, url } = visit;
  const route =
    routes[url.pathname] ?? routes[`${url.pathname.slice(0, url.pathname.lastIndexOf("/"))}/`];
  if (route === undefined) {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is no such page");
    return;
  }
  await route(visit);
}

/** Opens the socket and never says anything (RFC 6455, section 4.2.2). */
function acceptWebSocket(request: IncomingMessage, socket: Duplex): void {
  const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}
