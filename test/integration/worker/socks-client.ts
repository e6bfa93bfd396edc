import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";

/** What a SOCKS proxy answered (field REP of RFC 1928), with the connection behind it. */
export interface SocksAnswer {
  code: number;
  socket: Socket;
}

/** Requests a connection to `host:port` by name, as Chromium does. */
export async function askSocks(port: number, target: string): Promise<SocksAnswer> {
  const at = target.lastIndexOf(":");
  const host = Buffer.from(target.slice(0, at));
  const socket = await greeted(port, Buffer.of(5, 1, 0));
  socket.write(
    Buffer.concat([Buffer.of(5, 1, 0, 3, host.length), host, portBytes(target.slice(at + 1))]),
  );
  const [answer] = (await once(socket, "data")) as [Buffer];
  return { code: answer[1] ?? -1, socket };
}

/** Sends bytes to a SOCKS proxy, piece by piece, and returns the first bytes of its answer; fewer if the connection ends before. */
export async function talkSocks(
  port: number,
  answerBytes: number,
  ...pieces: Buffer[]
): Promise<number[]> {
  const socket = connect(port, "127.0.0.1");
  const ended = once(socket, "close");
  const said: number[] = [];
  socket.on("error", () => undefined); // "close" follows
  socket.on("data", (chunk: Buffer) => {
    said.push(...chunk);
    if (said.length >= answerBytes) socket.destroy();
  });
  for (const piece of pieces) {
    socket.write(piece);
    // A pause, so that each piece arrives separately.
    await setTimeout(5);
  }
  await ended;
  return said.slice(0, answerBytes);
}

/** Sends one plain HTTP request on a new connection; returns status and body, or the code with which the proxy refused. */
export async function fetchThroughSocks(
  port: number,
  url: string,
): Promise<{ status: number; body: string } | { refusedWith: number }> {
  const { host, pathname } = new URL(url);
  const { code, socket } = await askSocks(port, host);
  if (code !== 0) return { refusedWith: code };
  const asked = request({
    createConnection: () => socket,
    path: pathname,
    headers: { host, connection: "close" },
  });
  asked.end();
  const [answer] = await once(asked, "response");
  return { status: answer.statusCode, body: await text(answer) };
}

async function greeted(port: number, greeting: Buffer): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(greeting);
  await once(socket, "data");
  return socket;
}

function portBytes(port: string): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(Number(port));
  return bytes;
}
