import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { heartbeatPath, replicaHeader } from "../../../src/api/messages/egress-heartbeat.ts";
import { eventually } from "../../support/eventually.ts";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { openTunnel, rawConnection, readAll, readHead } from "./proxy-client.ts";

const upgrade = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** Sends a request to the proxy, not through it, and reads until the proxy closes. */
async function sendDirectly(port: number, line: string, ...more: string[]): Promise<string> {
  const socket = await rawConnection(port);
  socket.write([`${line} HTTP/1.1`, "Host: x", ...more, "", ""].join("\r\n"));
  return await readAll(socket);
}

function assertRefused(answer: string, what: string): void {
  assert.match(answer, /^HTTP\/1\.1 405 Method Not Allowed\r\n/, what);
  assert.match(answer, /\r\nAllow: CONNECT\r\n/, what);
  assert.match(answer, /\r\nConnection: close\r\n/, what);
  assert.match(answer, /\r\nX-Stills-Reason: TargetNotAllowed\r\n/, what);
}

test("every method but CONNECT is refused with 405 and a remedy, and reaches no origin", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const token = aToken();
  const authorization = `Proxy-Authorization: Bearer ${token}`;
  for (const line of [
    `GET ${canary.url}/`,
    `HEAD ${canary.url}/`,
    `TRACE ${canary.url}/`,
    `DELETE ${canary.url}/`,
    `GET ws://${canary.authority}/`,
    `GET https://${canary.authority}/`,
    "GET /readyz",
    "OPTIONS *",
  ]) {
    const answer = await sendDirectly(port, line, authorization);
    assertRefused(answer, line);
    assert.match(answer, /\r\n\r\n\{"reason":"TargetNotAllowed","message":".*CONNECT.*"\}$/, line);
  }
  for (const lines of [upgrade, ["Connection: Upgrade", "Upgrade: h2c"]]) {
    const answer = await sendDirectly(port, `GET ${canary.url}/`, authorization, ...lines);
    assertRefused(answer, lines.join());
  }
  assertRefused(await sendDirectly(port, `GET ${canary.url}/`), "without a token");
  assert.equal(canary.connections, 0);

  // Positive control: the same token, target and lines in a tunnel.
  const tunnel = await openTunnel(canary.authority, { port, token });
  tunnel.socket.end(["GET / HTTP/1.1", "Host: x", ...upgrade, "", ""].join("\r\n"));
  assert.match(await readAll(tunnel.socket), /^HTTP\/1\.1 101 /);
  assert.deepEqual(canary.paths, ["/"]);
});

test("the heartbeat requires a token, and nothing is served behind it on the connection", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const question = `GET ${heartbeatPath}`;
  assertRefused(await sendDirectly(port, question), "without a token");
  const forged = `Proxy-Authorization: Bearer ${aToken().slice(0, -1)}`;
  assertRefused(await sendDirectly(port, question, forged), "with a forged token");

  const authorization = `Proxy-Authorization: Bearer ${aToken()}`;
  for (const behind of [`CONNECT ${canary.authority}`, question]) {
    const socket = await rawConnection(port);
    socket.write(`${question} HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`);
    assert.match(
      await readHead(socket),
      new RegExp(
        `^HTTP/1\\.1 200 OK\r\n${replicaHeader}: [0-9a-f-]{36} 127\\.0\\.0\\.1 ${port}\r\n`,
      ),
    );
    assert.equal(await egress.metric("stills_egress_watchers"), 1);
    socket.write(`${behind} HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`);
    assert.equal(await readAll(socket), "");
    socket.destroy();
    await eventually("the watcher is removed", async () => {
      return (await egress.metric("stills_egress_watchers")) === 0;
    });
  }
  assert.equal(canary.connections, 0);
});

test("neither a body nor a pipelined request is forwarded or awaited", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const { port } = egress;
  const authorization = `Proxy-Authorization: Bearer ${aToken()}`;
  const post = `POST ${canary.url}/`;
  assertRefused(await sendDirectly(port, post, authorization, "Content-Length: 5"), "length");
  const chunked = "Transfer-Encoding: chunked";
  assertRefused(await sendDirectly(port, post, authorization, chunked), "chunked");
  const connect = `CONNECT ${canary.authority} HTTP/1.1\r\nHost: x\r\n${authorization}\r\n`;
  const answer = await sendDirectly(port, `GET ${canary.url}/`, authorization, "", connect);
  assertRefused(answer, "a CONNECT behind it");
  assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1);
  assert.equal(canary.connections, 0);
});

test("a refused request is counted for the job and logged without path, query and token", async () => {
  await using egress = await RunningEgress.start();
  const token = aToken({ uid: "job-of-old" });
  const authorization = `Proxy-Authorization: Bearer ${token}`;
  await sendDirectly(egress.port, "GET http://10.0.0.1/hidden?hush", authorization);
  await sendDirectly(egress.port, "GET http://10.0.0.1/hidden?hush");

  const counted = (outcome: string) =>
    egress.metric(`stills_egress_tunnels_total{class="page",outcome="${outcome}"}`);
  assert.deepEqual([await counted("TargetNotAllowed"), await counted("InternalError")], [1, 0]);
  assert.equal(await egress.metric('stills_egress_refused_tokens_total{problem="Missing"}'), 1);
  const lines = egress.logLines.filter((line) => line.includes("Refused request"));
  assert.equal(lines.length, 1);
  const facts = JSON.parse(lines[0]!) as Record<string, unknown>;
  assert.deepEqual(
    [facts["level"], facts["jobUID"], facts["reason"]],
    ["info", "job-of-old", "TargetNotAllowed"],
  );
  assert.doesNotMatch(egress.logLines.join(""), /hidden|hush/);
  assert.ok(!egress.logLines.join("").includes(token));
});

test("an origin that sends first cannot forge an answer of the proxy", async () => {
  await using canary = await Canary.start();
  canary.onRawConnection((socket) =>
    socket.write("HTTP/1.1 407 No\r\nX-Stills-Reason: InternalError\r\n\r\n"),
  );
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const tunnel = await openTunnel(canary.authority, { port: egress.port, token: aToken() });
  assert.deepEqual([tunnel.statusCode, tunnel.reason], [200, undefined]);
  await once(tunnel.socket, "readable");
  assert.match(String(tunnel.socket.read()), /^HTTP\/1\.1 407 No/);
  tunnel.socket.destroy();
});

test("an origin receives the bytes of the tunnel and nothing of the CONNECT", async () => {
  const { promise: heard, resolve } = Promise.withResolvers<string>();
  await using canary = await Canary.start();
  canary.onRawConnection((socket) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.on("close", () => resolve(text));
  });
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const tunnel = await openTunnel(canary.authority, { port: egress.port, token: aToken() });
  const bytes =
    "GET /a/../b%20c?x='y'&z HTTP/1.1\r\nHOST: other\r\nX-hOp:  1\r\nConnection: close\r\n\r\n";
  tunnel.socket.end(bytes);
  assert.equal(await heard, bytes);
  await readAll(tunnel.socket);
});
