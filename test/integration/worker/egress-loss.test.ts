import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import { replicaHeader, replicaText } from "../../../src/api/messages/egress-heartbeat.ts";
import { Failure } from "../../../src/api/reasons/failure.ts";
import type { Forwarder } from "../../../src/worker/network/forwarder.ts";
import { eventually } from "../../support/eventually.ts";
import { Canary } from "../egress/canary.ts";
import { aToken } from "../egress/egress-fixture.ts";
import { EgressProcess } from "../egress/egress-process.ts";
import { openForwarder } from "./open-forwarder.ts";
import { askSocks, fetchThroughSocks } from "./socks-client.ts";

/** What a page notices when an egress proxy ends that it has tunnels through. */

const someReplica = "0b0e3a5c-8a0d-4f0e-9c52-0d6b9b8a7c11";

async function startEgress(canary: Canary, settings: Record<string, string> = {}) {
  const egress = await EgressProcess.start({
    STILLS_EGRESS_ALLOW_CIDRS: canary.authority,
    STILLS_EGRESS_LEAVE_SECONDS: "0",
    ...settings,
  });
  const forwarder = await openForwarder(`http://127.0.0.1:${await egress.port()}`);
  forwarder.authorize(aToken());
  return { egress, forwarder };
}

/** A tunnel that is in use. */
async function openTunnel(forwarder: Forwarder, target: string): Promise<Socket> {
  const { code, socket } = await askSocks(forwarder.port, target);
  assert.equal(code, 0);
  socket.on("error", () => undefined);
  socket.resume();
  return socket;
}

async function watched(egress: EgressProcess): Promise<void> {
  await eventually("the worker watches", async () => {
    return (await egress.metric("stills_egress_watchers")) === 1;
  });
}

function assertLost(forwarder: Forwarder, sentence: RegExp): void {
  const { reason } = forwarder.lost;
  assert.ok(reason instanceof Failure);
  assert.match(reason.message, sentence);
}

test("a page is lost with a killed egress proxy, and not with a host that closes its connections", async () => {
  await using canary = await Canary.start();
  const started = await startEgress(canary);
  await using egress = started.egress;
  await using forwarder = started.forwarder;
  const toHost = await openTunnel(forwarder, canary.authority);
  for (const socket of canary.sockets) socket.resetAndDestroy();
  await eventually("the tunnel has ended", () => toHost.closed);
  assert.equal(forwarder.lost.aborted, false);

  await openTunnel(forwarder, canary.authority);
  await watched(egress);
  egress.signal("SIGKILL");

  await eventually("the loss is known", () => forwarder.lost.aborted);
  assertLost(forwarder, /^The egress proxy of Stills was lost while the page loaded$/);
  assert.equal((forwarder.lost.reason as Failure).reason, "EgressUnavailable");
});

test("an egress proxy that stops gracefully affects no page whose tunnels have ended", async () => {
  await using canary = await Canary.start();
  const started = await startEgress(canary);
  await using egress = started.egress;
  await using forwarder = started.forwarder;
  const answer = await fetchThroughSocks(forwarder.port, `${canary.url}/`);
  assert.deepEqual(answer, { status: 200, body: "canary" });
  await watched(egress);

  egress.signal("SIGTERM");

  assert.equal(await egress.exited, 0);
  assert.equal(forwarder.lost.aborted, false);
});

test("an egress proxy that stops and cuts a tunnel loses its page", async () => {
  await using canary = await Canary.start();
  const started = await startEgress(canary, { STILLS_EGRESS_DRAIN_TIMEOUT_SECONDS: "1" });
  await using egress = started.egress;
  await using forwarder = started.forwarder;
  await openTunnel(forwarder, canary.authority);
  await watched(egress);

  egress.signal("SIGTERM");

  assert.equal(await egress.exited, 0);
  await eventually("the loss is known", () => forwarder.lost.aborted);
});

test("a page is lost when the egress proxy cannot be reached or has no capacity", async () => {
  await using full = await startFakeEgress(
    `HTTP/1.1 503 Full\r\nX-Stills-Reason: EgressUnavailable\r\n\r\n${JSON.stringify({ message: "No room here" })}`,
  );
  await using refusing = await startFakeEgress(
    `HTTP/1.1 403 No\r\nX-Stills-Reason: TargetNotAllowed\r\n\r\n{}`,
  );
  for (const [url, sentence] of [
    ["http://127.0.0.1:9", /could not be reached/],
    [full.url, /^No room here$/],
    [refusing.url, undefined],
  ] as const) {
    await using forwarder = await openForwarder(url);
    forwarder.authorize("token");
    await askSocks(forwarder.port, "192.0.2.1:80");
    assert.equal(forwarder.lost.aborted, sentence !== undefined, url);
    if (sentence !== undefined) assertLost(forwarder, sentence);
  }
});

test("a replica that was replaced by another is lost; one that does not answer is not watched", async () => {
  for (const [status, isLost] of [
    [200, true],
    [405, false],
  ] as const) {
    await using egress = await startFakeEgress((port) => tunnelOf("127.0.0.1", port), status);
    await using forwarder = await openForwarder(egress.url);
    forwarder.authorize("token");
    await openTunnel(forwarder, "192.0.2.1:80");
    await eventually("it was asked", () => egress.questions.length === 1);
    assert.deepEqual(egress.questions, ["Bearer token"]);
    if (isLost) await eventually("the loss is known", () => forwarder.lost.aborted);
    await openTunnel(forwarder, "192.0.2.1:80");
    assert.equal(forwarder.lost.aborted, isLost);
    assert.equal(egress.questions.length, 1);
  }
});

test("a job's own proxy cannot make the worker connect anywhere by naming a replica", async () => {
  await using canary = await Canary.start();
  const started = await startEgress(canary, { STILLS_EGRESS_ALLOW_CIDRS: "127.0.0.1/32" });
  await using _egress = started.egress;
  await using forwarder = started.forwarder;
  await using trap = await startFakeEgress("");
  await using proxy = await startFakeEgress(`${tunnelOf("127.0.0.1", trap.port)}behind the answer`);
  forwarder.useUpstream({ host: "127.0.0.1", port: proxy.port, bypassHosts: [] });

  const { socket } = await askSocks(forwarder.port, "192.0.2.1:443");
  socket.write(Buffer.of(22, 3, 1));
  const [said] = (await once(socket, "data")) as [Buffer];

  assert.equal(said.toString(), "behind the answer");
  assert.deepEqual(trap.questions, []);
});

/** The answer to CONNECT that names a replica at an address. */
function tunnelOf(host: string, port: number): string {
  return `HTTP/1.1 200 OK\r\n${replicaHeader}: ${replicaText({ id: someReplica, host, port })}\r\n\r\n`;
}

interface FakeEgress extends AsyncDisposable {
  url: string;
  port: number;
  tunnels: number;
  /** The tokens of heartbeat requests. */
  questions: string[];
}

/** A replica with answers that a real egress proxy does not give. It sends nothing in its tunnels. */
async function startFakeEgress(
  answer: string | ((port: number) => string),
  heartbeatStatus = 404,
): Promise<FakeEgress> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    fake.questions.push(request.headers["proxy-authorization"] ?? "");
    response.writeHead(heartbeatStatus).flushHeaders();
  });
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("connect", (_request, socket: Socket) => {
    fake.tunnels += 1;
    socket.on("error", () => undefined);
    const text = typeof answer === "string" ? answer : answer(fake.port);
    if (text.includes(" 200 ")) socket.write(text);
    else socket.end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const fake: FakeEgress = {
    url: `http://127.0.0.1:${port}`,
    port,
    tunnels: 0,
    questions: [],
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return fake;
}
