import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { openTunnel, TunnelRefused } from "./connect-client.ts";
import { sendThroughProxy } from "./proxied-request.ts";

const never = new AbortController().signal;

async function listen(server: Server): Promise<AsyncDisposable & { port: number }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Opens tunnels to this machine, whatever the host in their authority. */
async function aProxy(seen: IncomingMessage[] = []) {
  const server = createServer();
  server.on("connect", (asked, socket) => {
    seen.push(asked);
    const origin = connect(Number(asked.url?.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\nx-replica: one\r\n\r\n");
      socket.pipe(origin).pipe(socket);
    });
    for (const side of [socket, origin]) side.on("error", () => undefined);
  });
  return await listen(server);
}

async function aRefusingProxy() {
  const server = createServer();
  server.on("connect", (_asked, socket) => {
    const body = '{"message":"no"}';
    const head = `HTTP/1.1 403 Forbidden\r\nx-stills-reason: TargetNotAllowed\r\ncontent-length: ${body.length}`;
    socket.end(`${head}\r\n\r\n${body}`);
  });
  return await listen(server);
}

function aRequest(ports: { proxy: number; origin: number }) {
  return {
    url: `http://[::1]:${ports.origin}/path?q=1`,
    method: "POST" as const,
    headers: { "content-type": "text/plain" },
    body: Buffer.from("hello"),
    proxyURL: `http://127.0.0.1:${ports.proxy}`,
    proxyToken: "tok.en",
    timeoutMilliseconds: 5_000,
    signal: never,
  };
}

test("a request goes through a tunnel with the token, and its answer comes back", async () => {
  await using origin = await listen(
    createServer((asked, answer) => {
      assert.equal(asked.headers["proxy-authorization"], undefined);
      answer.writeHead(201, { "x-seen": `${asked.method} ${asked.url}` });
      asked.pipe(answer);
    }),
  );
  const seen: IncomingMessage[] = [];
  await using proxy = await aProxy(seen);
  const answer = await sendThroughProxy(aRequest({ proxy: proxy.port, origin: origin.port }));
  assert.equal(answer.statusCode, 201);
  assert.equal(answer.text, "hello");
  assert.equal(answer.headers["x-seen"], "POST /path?q=1");
  assert.equal(seen[0]?.url, `[::1]:${origin.port}`);
  assert.equal(seen[0]?.headers["proxy-authorization"], "Bearer tok.en");
});

test("a tunnel that is refused says why", async () => {
  await using proxy = await aRefusingProxy();
  await assert.rejects(
    sendThroughProxy(aRequest({ proxy: proxy.port, origin: 80 })),
    (thrown) =>
      thrown instanceof TunnelRefused &&
      thrown.statusCode === 403 &&
      thrown.reason === "TargetNotAllowed" &&
      thrown.body === '{"message":"no"}' &&
      thrown.authority === "[::1]:80",
  );
});

test("an origin that never answers costs the time and no more, or ends with the signal's reason", async () => {
  await using origin = await listen(createServer(() => undefined));
  await using proxy = await aProxy();
  const request = aRequest({ proxy: proxy.port, origin: origin.port });
  await assert.rejects(sendThroughProxy({ ...request, timeoutMilliseconds: 50 }), {
    name: "TimeoutError",
  });
  const stopping = new AbortController();
  const sent = sendThroughProxy({ ...request, signal: stopping.signal });
  setTimeout(() => stopping.abort(new Error("stopping")), 20);
  await assert.rejects(sent, /stopping/);
});

test("a proxy that never answers is an ETIMEDOUT", async () => {
  const silent = createServer();
  silent.on("connect", () => undefined);
  await using proxy = await listen(silent);
  const wanted = { authority: "a.test:80", authorization: undefined, signal: never };
  await assert.rejects(
    openTunnel({ host: "127.0.0.1", port: proxy.port }, { ...wanted, timeoutMilliseconds: 50 }),
    { code: "ETIMEDOUT" },
  );
});

test("a tunnel opens on a connection that is there, and has the answer's headers", async () => {
  await using origin = await listen(createServer());
  await using proxy = await aProxy();
  const socket = connect(proxy.port, "127.0.0.1");
  await once(socket, "connect");
  const tunnel = await openTunnel(
    { socket },
    {
      authority: `a.test:${origin.port}`,
      authorization: undefined,
      timeoutMilliseconds: 1000,
      signal: never,
    },
  );
  assert.equal(tunnel.headers["x-replica"], "one");
  tunnel.socket.destroy();
});
