import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { once } from "node:events";

export interface ProxyAnswer {
  statusCode: number;
  reason: string | undefined;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: string;
}

export interface ProxyQuestion {
  port: number;
  token?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** An absolute-form request through the proxy, on a connection of its own. */
export async function askProxy(url: string, question: ProxyQuestion): Promise<ProxyAnswer> {
  const { port, token, method = "GET", headers = {}, body } = question;
  const outgoing = request({
    host: "127.0.0.1",
    port,
    method,
    path: url,
    agent: false,
    setHost: false,
    headers: { Host: "ignored.example", ...authorizationOf(token), ...headers },
  });
  outgoing.end(body);
  const [incoming] = await once(outgoing, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return {
    statusCode: incoming.statusCode,
    reason: incoming.headers["x-stills-reason"],
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    body: Buffer.concat(chunks).toString(),
  };
}

export interface OpenTunnel {
  socket: Socket;
  statusCode: number;
  /** Of the proxy's answer. */
  head: string;
  reason: string | undefined;
}

/** Opens a CONNECT; after 200 the socket is the tunnel, paused at the first byte behind the answer's head. */
export async function openTunnel(
  authority: string,
  { port, token, headers = {} }: ProxyQuestion,
): Promise<OpenTunnel> {
  const lines = Object.entries({ Host: authority, ...authorizationOf(token), ...headers });
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

/** Reads up to the empty line; what follows stays in the socket. */
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

/** Everything until the other side ends or breaks off. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of socket) chunks.push(chunk as Buffer);
  } catch {
    // Reset: what came before is the answer.
  }
  return Buffer.concat(chunks).toString("latin1");
}

export function authorizationOf(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { "Proxy-Authorization": `Bearer ${token}` };
}
