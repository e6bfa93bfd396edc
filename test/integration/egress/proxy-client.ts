import { request } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { once } from "node:events";

export interface ProxyResponse {
  statusCode: number;
  /** Set only if the proxy answered. */
  reason: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface ProxyRequest {
  port: number;
  token?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Requests an http URL in a tunnel of its own: the origin's response, or the proxy's if it refuses the tunnel. */
export async function fetchThroughProxy(
  url: string,
  options: ProxyRequest,
): Promise<ProxyResponse> {
  const { method = "GET", headers = {}, body } = options;
  const { authority, path } = partsOf(url);
  const tunnel = await openTunnel(authority, options);
  if (tunnel.statusCode !== 200) return await refusalIn(tunnel);
  const outgoing = request({
    createConnection: () => tunnel.socket,
    method,
    path,
    headers: { Host: authority, ...headers },
  });
  // `once` reports an error before the response, its stream one during it.
  outgoing.on("error", () => undefined);
  outgoing.end(body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    statusCode: incoming.statusCode ?? 0,
    reason: undefined,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

/** Not parsed as a URL, so that the proxy receives the host exactly as the test spells it. */
function partsOf(url: string): { authority: string; path: string } {
  const { host = "", path = "" } = /^http:\/\/(?<host>[^/?#]+)(?<path>.*)$/.exec(url)?.groups ?? {};
  return { authority: /:\d+$/.test(host) ? host : `${host}:80`, path: path === "" ? "/" : path };
}

async function refusalIn({ statusCode, reason, head, socket }: OpenTunnel): Promise<ProxyResponse> {
  const headers = Object.fromEntries(
    [...head.matchAll(/^([^:\r\n]+): (.*)\r$/gm)].map(([, name = "", value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  return { statusCode, reason, headers, body: await readAll(socket) };
}

export interface OpenTunnel {
  socket: Socket;
  statusCode: number;
  /** The head of the proxy's response. */
  head: string;
  reason: string | undefined;
}

/** Sends a CONNECT; after 200 the socket is the tunnel, at the first byte behind the head of the response. */
export async function openTunnel(
  authority: string,
  { port, token }: Pick<ProxyRequest, "port" | "token">,
): Promise<OpenTunnel> {
  const lines = Object.entries({ Host: authority, ...authorizationOf(token) });
  const socket = await rawConnection(port);
  socket.write(
    `CONNECT ${authority} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
  );
  const head = await readHead(socket);
  return {
    socket,
    head,
    statusCode: Number(head.split(" ")[1]),
    reason: /^x-stills-reason: (.*)$/im.exec(head)?.[1],
  };
}

export async function rawConnection(port: number, host = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  await once(socket, "connect");
  return socket;
}

/** Reads up to the empty line; the rest stays in the socket. */
export async function readHead(socket: Socket): Promise<string> {
  let text = Buffer.alloc(0);
  for (;;) {
    const chunk = (socket.read() as Buffer | null) ?? undefined;
    if (chunk === undefined) {
      if (socket.readableEnded || socket.destroyed)
        throw new Error(`The connection ended in its head: ${text.toString("latin1")}`);
      await Promise.race([once(socket, "readable"), once(socket, "close"), once(socket, "end")]);
      continue;
    }
    text = Buffer.concat([text, chunk]);
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const rest = text.subarray(end + 4);
    if (rest.length > 0) socket.unshift(rest);
    return text.toString("latin1", 0, end + 4);
  }
}

/** All bytes until the other side ends or resets the connection. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of socket) chunks.push(chunk as Buffer);
  } catch {
    // Reset: the bytes before it are the result.
  }
  return Buffer.concat(chunks).toString("latin1");
}

function authorizationOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { "Proxy-Authorization": `Bearer ${token}` };
}
