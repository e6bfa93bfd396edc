import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { fetchThroughProxy, openTunnel, rawConnection, readAll } from "./proxy-client.ts";
import { ScriptedDNS } from "../../support/scripted-dns.ts";

/** An egress proxy that may reach one canary, and nothing else of this machine. */
async function startPair(canary: Canary): Promise<RunningEgress> {
  return await RunningEgress.start({ allow: [canary.authority] });
}

function connectTo(authority: string): string {
  return `CONNECT ${authority} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer ${aToken()}\r\n\r\n`;
}

async function askThroughTunnel(canary: Canary, port: number, lines: string): Promise<string> {
  const tunnel = await openTunnel(canary.authority, { port, token: aToken() });
  assert.equal(tunnel.statusCode, 200);
  tunnel.socket.end(lines);
  return await readAll(tunnel.socket);
}

test("a request reaches its origin with path, method, headers and body unchanged", async () => {
  const bodies: string[] = [];
  await using canary = await Canary.start({
    answer: (incoming, response) => {
      let body = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk) => (body += chunk));
      incoming.on("end", () => {
        bodies.push(body);
        response.writeHead(201, "Made It", [
          "X-One",
          "1",
          "Set-Cookie",
          "a=1",
          "Set-Cookie",
          "b=2",
        ]);
        response.end(`got ${body}`);
      });
    },
  });
  await using egress = await startPair(canary);
  const answer = await fetchThroughProxy(`${canary.url}/a/../b%20c?x='y'&z`, {
    port: egress.port,
    token: aToken(),
    method: "POST",
    headers: { "X-Mixed-Case": "Yes", Cookie: "c=3" },
    body: "hello",
  });
  assert.equal(answer.statusCode, 201);
  assert.equal(answer.body, "got hello");
  assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"]);
  assert.equal(answer.headers["x-one"], "1");
  assert.deepEqual(bodies, ["hello"]);
  const [seen] = canary.requests;
  assert.equal(seen?.method, "POST");
  assert.equal(seen?.url, "/a/../b%20c?x='y'&z");
  assert.ok(seen?.headers.join("|").includes("X-Mixed-Case|Yes"));
  assert.ok(seen?.headers.join("|").includes("Cookie|c=3"));
});

test("bytes and the end of stream pass in both directions", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const answer = await askThroughTunnel(
    canary,
    egress.port,
    "GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  );
  assert.equal(answer.match(/canary/g)?.length, 2);
  assert.deepEqual(canary.paths, ["/one", "/two"]);
});

test("bytes that a client sends together with its CONNECT are not lost", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const socket = await rawConnection(egress.port);
  socket.write(
    `${connectTo(canary.authority)}GET /early HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  const answer = await readAll(socket);
  assert.match(answer, /^HTTP\/1\.1 200 .*\r\n\r\nHTTP\/1\.1 200 OK/s);
  assert.deepEqual(canary.paths, ["/early"]);
});

test("a large picture passes in both directions without being buffered as a whole", async () => {
  const size = 32 * 1024 * 1024;
  let received = 0;
  await using canary = await Canary.start({
    answer: (incoming, response) => {
      incoming.on("data", (chunk: Buffer) => (received += chunk.length));
      incoming.on("end", () => response.end(Buffer.alloc(size, 7)));
    },
  });
  await using egress = await startPair(canary);
  const answer = await fetchThroughProxy(`${canary.url}/`, {
    port: egress.port,
    token: aToken(),
    method: "PUT",
    headers: { "Transfer-Encoding": "chunked" },
    body: Buffer.alloc(size, 9),
  });
  assert.equal(received, size);
  assert.equal(answer.body.length, size);
});

const webSocketLines =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

test("a WebSocket works through a tunnel", async () => {
  await using canary = await Canary.start();
  await using egress = await startPair(canary);
  const answer = await askThroughTunnel(
    canary,
    egress.port,
    `GET /socket HTTP/1.1\r\nHost: x\r\n${webSocketLines}ping`,
  );
  assert.match(answer, /^HTTP\/1\.1 101 /);
  assert.match(answer, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
  assert.match(answer, /canaryping$/);
  assert.deepEqual(canary.paths, ["/socket"]);
});

test("an end of stream sent together with the CONNECT reaches the origin", async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  await using canary = await Canary.start();
  canary.onRawConnection((socket) => socket.on("end", end));
  await using egress = await startPair(canary);
  const socket = await rawConnection(egress.port);
  socket.end(connectTo(canary.authority));
  await ended;
  assert.match(await readAll(socket), /^HTTP\/1\.1 200 /);
});

test("a client that disconnects closes its connection to the origin", async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: gone, resolve: go } = Promise.withResolvers<void>();
  await using canary = await Canary.start({
    answer: (_incoming, response) => {
      response.write("begun");
      response.on("close", go);
      arrive();
    },
  });
  await using egress = await startPair(canary);
  const { socket } = await openTunnel(canary.authority, { port: egress.port, token: aToken() });
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await arrived;
  await once(socket, "readable");
  socket.destroy();
  await gone;
});

test("a client that disconnects while the origin is dialled leaves no connection open", async () => {
  await using canary = await Canary.start();
  await using dns = await ScriptedDNS.start(() => ({
    addresses: ["127.0.0.1"],
    delayMilliseconds: 500,
  }));
  await using egress = await RunningEgress.start({
    allow: ["127.0.0.1"],
    dnsServers: [dns.server],
  });
  const inProgress = () => egress.metric("stills_egress_tunnels_open");
  const socket = await rawConnection(egress.port);
  socket.write(connectTo(`late.example:${canary.port}`));
  await eventually("the name is asked for", () => dns.timesAsked("late.example") > 0);
  assert.equal(await inProgress(), 1);
  socket.resetAndDestroy();

  await eventually("its origin was reached", () => canary.connections === 1);
  await eventually("nothing is in progress", async () => (await inProgress()) === 0);
  await eventually("the origin's connection is gone", () => canary.sockets.size === 0);
});

test("a response delimited by the end of its connection is reset for the client when the origin resets it", async () => {
  const limits = { bytes: 100_000, requests: 9, connections: 9 };
  await using canary = await Canary.start({
    answer: ({ url, socket }) => {
      const bytes = url === "/beyond-the-limit" ? limits.bytes : 4;
      socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${"x".repeat(bytes)}`);
      if (url === "/reset") socket.resetAndDestroy();
      else socket.end();
    },
  });
  await using egress = await startPair(canary);
  const seen: Record<string, boolean> = {};
  for (const path of ["/whole", "/reset", "/beyond-the-limit"]) {
    const token = aToken({ limits });
    const { socket } = await openTunnel(canary.authority, { port: egress.port, token });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    socket.on("error", () => undefined); // "close" tells
    socket.once("close", resolve);
    socket.resume().write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    socket.once("end", () => socket.end());
    seen[path] = await promise;
  }
  assert.deepEqual(seen, { "/whole": false, "/reset": true, "/beyond-the-limit": true });
});

test("a reset response ends the tunnel without the final chunk", async () => {
  await using canary = await Canary.start({
    answer: (_incoming, response) => {
      response.writeHead(200, { "transfer-encoding": "chunked" });
      response.write("half", () => response.destroy());
    },
  });
  await using egress = await startPair(canary);
  const answer = await askThroughTunnel(canary, egress.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.match(answer, /half\r\n$/);
});
