import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { fetchThroughProxy, openTunnel, rawConnection, readAll, readHead } from "./proxy-client.ts";

const plenty = { bytes: 1_000_000, requests: 100, connections: 10 };

test("a job at its limit of tunnels is refused, another job is not", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const token = aToken({ limits: { ...plenty, requests: 3 } });
  for (const path of ["/one", "/two"])
    assert.equal((await fetchThroughProxy(`${canary.url}${path}`, { port, token })).body, "canary");
  // A refused target counts too, so that a page cannot probe without limit.
  assert.equal(
    (await fetchThroughProxy("http://10.0.0.1/", { port, token })).reason,
    "TargetNotAllowed",
  );
  const refused = await fetchThroughProxy(`${canary.url}/`, { port, token });
  assert.deepEqual([refused.statusCode, refused.reason], [403, "TransferLimitExceeded"]);
  assert.match(refused.body, /3 tunnels/);
  assert.deepEqual(canary.paths, ["/one", "/two"]);
  assert.equal(
    (await fetchThroughProxy(`${canary.url}/`, { port, token: aToken() })).statusCode,
    200,
  );
});

test("two tokens of an attempt share a budget, another attempt has its own", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const limits = { ...plenty, requests: 1 };
  const expires = Math.floor(Date.now() / 1000) + 500;
  await fetchThroughProxy(`${canary.url}/`, { port, token: aToken({ uid: "shared", limits }) });
  const second = await fetchThroughProxy(`${canary.url}/`, {
    port,
    token: aToken({ uid: "shared", limits, expires }),
  });
  assert.equal(second.reason, "TransferLimitExceeded");
  const next = await fetchThroughProxy(`${canary.url}/`, {
    port,
    token: aToken({ uid: "shared", attempt: 2, limits }),
  });
  assert.equal(next.statusCode, 200);
});

test("a job at its limit of bytes loses its open connections and gets no new ones", async () => {
  await using canary = await Canary.start({
    answer: (_incoming, response) => {
      const chunk = Buffer.alloc(64 * 1024, 1);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    },
  });
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const token = aToken({ limits: { ...plenty, bytes: 1_000_000 } });
  const idle = await openTunnel(canary.authority, { port, token });

  const endless = await openTunnel(canary.authority, { port, token });
  endless.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const received = (await readAll(endless.socket)).length;
  assert.ok(received < 4_000_000, `${received} bytes`);
  await readAll(idle.socket);
  const after = await fetchThroughProxy(`${canary.url}/`, { port, token });
  assert.deepEqual([after.statusCode, after.reason], [403, "TransferLimitExceeded"]);
  assert.match(after.body, /1000000 bytes/);
  await eventually(
    "the bytes are in the metrics",
    async () =>
      (await egress.metric(
        'stills_egress_transferred_bytes_total{class="page",direction="Received"}',
      )) >= 900_000,
  );
});

test("bytes of downloads and uploads both count", async () => {
  await using canary = await Canary.start({
    answer: (incoming, response) => {
      incoming.resume();
      incoming.on("end", () =>
        response.end(incoming.method === "GET" ? Buffer.alloc(300_000) : "ok"),
      );
    },
  });
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  for (const body of [undefined, Buffer.alloc(300_000)]) {
    const token = aToken({ limits: { ...plenty, bytes: 400_000 } });
    const question = body === undefined ? { port, token } : { port, token, method: "PUT", body };
    assert.equal((await fetchThroughProxy(`${canary.url}/`, question)).statusCode, 200);
    const second = await Promise.allSettled([fetchThroughProxy(`${canary.url}/`, question)]);
    const [outcome] = second;
    // Reset during the transfer, or refused with the reason if it had not begun.
    if (outcome.status === "fulfilled") assert.equal(outcome.value.reason, "TransferLimitExceeded");
    assert.equal(
      (await fetchThroughProxy(`${canary.url}/`, question)).reason,
      "TransferLimitExceeded",
    );
  }
});

test("a job has a limit of open connections; closing one allows another", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const token = aToken({ limits: { ...plenty, connections: 2 } });
  const one = await openTunnel(canary.authority, { port, token });
  const two = await openTunnel(canary.authority, { port, token });
  assert.deepEqual([one.statusCode, two.statusCode], [200, 200]);
  const three = await openTunnel(canary.authority, { port, token });
  assert.deepEqual([three.statusCode, three.reason], [403, "TransferLimitExceeded"]);
  one.socket.destroy();
  const next = await eventually("the limit allows one again", async () => {
    const tunnel = await openTunnel(canary.authority, { port, token });
    return tunnel.statusCode === 200 && tunnel;
  });
  for (const tunnel of [two, next]) tunnel.socket.destroy();
});

test("the expiry of a token closes its connections", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const token = aToken({ expires: Math.floor(Date.now() / 1000) + 4 });
  const tunnel = await openTunnel(canary.authority, { port, token });
  assert.equal(tunnel.statusCode, 200);
  await readAll(tunnel.socket);
  assert.equal((await openTunnel(canary.authority, { port, token })).statusCode, 407);
});

test("a closed port is ConnectionFailed, with host and port in the message", async () => {
  await using egress = await RunningEgress.start({ allow: ["127.0.0.1"] });
  const free = await freePort();
  const refused = await fetchThroughProxy(`http://127.0.0.1:${free}/`, {
    port: egress.port,
    token: aToken(),
  });
  assert.deepEqual([refused.statusCode, refused.reason], [502, "ConnectionFailed"]);
  assert.ok(refused.body.includes(`127.0.0.1 refused the connection on port ${free}`));
});

test("an idle tunnel is closed", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({
    allow: [canary.authority],
    limits: { idleTimeoutSeconds: 1 },
  });
  const tunnel = await openTunnel(canary.authority, { port: egress.port, token: aToken() });
  assert.equal(await readAll(tunnel.socket), "");
});

test("above its limit of tunnels the proxy answers 503, and opens tunnels again below it", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({
    allow: [canary.authority],
    limits: { maxConnections: 1 },
  });
  const { port } = egress;
  const tunnel = await openTunnel(canary.authority, { port, token: aToken() });
  assert.equal(tunnel.statusCode, 200);
  const refused = await fetchThroughProxy(`${canary.url}/`, { port, token: aToken() });
  assert.deepEqual([refused.statusCode, refused.reason], [503, "EgressUnavailable"]);
  assert.match(refused.body, /STILLS_EGRESS_MAX_CONNECTIONS/);
  tunnel.socket.destroy();
  await eventually(
    "a tunnel is opened again",
    async () =>
      (await fetchThroughProxy(`${canary.url}/`, { port, token: aToken() })).statusCode === 200,
  );
});

test("a stop accepts nothing new and lets open tunnels end, idle or in the middle of a response", async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await using canary = await Canary.start({
    answer: (_incoming, response) => {
      ask();
      void released.then(() => response.end("late answer"));
    },
  });
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const tunnel = await openTunnel(canary.authority, { port, token: aToken() });
  const answer = fetchThroughProxy(`${canary.url}/`, { port, token: aToken() });
  await asked;
  const stopped = egress.stop();
  await assert.rejects(rawConnection(port), { code: "ECONNREFUSED" });
  assert.match(egress.proxy.readyProblem() ?? "", /not listening/);

  tunnel.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  release();
  assert.match(await readHead(tunnel.socket), /^HTTP\/1\.1 200 OK/);
  assert.equal((await answer).body, "late answer");
  tunnel.socket.destroy();
  await stopped;
});

test("a stop closes the tunnels that are open at the drain limit", async () => {
  await using canary = await Canary.start();
  const egress = await RunningEgress.start({
    allow: [canary.authority],
    limits: { drainTimeoutSeconds: 1 },
  });
  const tunnel = await openTunnel(canary.authority, { port: egress.port, token: aToken() });
  const ended = readAll(tunnel.socket);
  await egress.stop();
  assert.equal(await ended, "");
  await eventually("the origin's connection is gone", () => canary.sockets.size === 0);
});

test("after a page of many tunnels nothing is open, and the gauges are zero", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const token = aToken();
  await Promise.all(
    Array.from({ length: 60 }, async (_, at) => {
      const tunnel = await openTunnel(canary.authority, { port, token });
      tunnel.socket.end(`GET /${at} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      assert.match(await readAll(tunnel.socket), /canary/);
    }),
  );
  assert.equal(new Set(canary.paths).size, 60);
  await eventually(
    "nothing is in progress",
    async () => (await egress.metric("stills_egress_tunnels_open")) === 0,
  );
  await egress.stop();
  await eventually(
    "no connection is open",
    async () => (await egress.metric("stills_egress_origin_connections")) === 0,
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
