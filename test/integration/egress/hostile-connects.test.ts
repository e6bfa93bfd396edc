import assert from "node:assert/strict";
import { test } from "node:test";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { openTunnel, rawConnection, readAll, readHead } from "./proxy-client.ts";

test("a CONNECT without a valid host and port is refused", async () => {
  await using egress = await RunningEgress.start({ allow: ["127.0.0.0/8"] });
  for (const authority of [
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:0",
    "user@127.0.0.1:80",
    "user:hush@127.0.0.1:80",
    "127.0.0.1:80/x",
    "127.0.0.1:80#x",
    "127.0.0.1:99999",
    "1.2.3.256:80",
    "127.0.0.1%00:80",
    "127.0.0.1\\@example.com:80",
    "http://127.0.0.1:80",
    "[::1",
    "[::1%25lo]:80",
    "::1:80",
    "*",
    "/",
  ]) {
    const { statusCode, socket } = await openTunnel(authority, {
      port: egress.port,
      token: aToken(),
    });
    assert.ok(statusCode === 403 || statusCode === 400, `${authority}: ${statusCode}`);
    assert.doesNotMatch(await readAll(socket), /hush/);
  }
});

const hostileLines: [what: string, lines: string][] = [
  ["length and chunked", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["two lengths", "Content-Length: 0\r\nContent-Length: 5\r\n\r\n"],
  ["a length that is no number", "Content-Length: +5\r\n\r\n"],
  ["a coding behind chunked", "Transfer-Encoding: chunked, identity\r\n\r\n"],
  ["a blank before the colon", "X-One : 5\r\n\r\n"],
  ["a folded line", "X-One: 1\r\n Content-Length: 5\r\n\r\n"],
  ["a bare line feed", "X-One: 1\nContent-Length: 5\r\n\r\n"],
  ["a bare carriage return", "X-One: 1\rX-Two: 2\r\n\r\n"],
  ["a null byte", "X-One: a\0b\r\n\r\n"],
  ["a head without end", `X-One: ${"a".repeat(100_000)}\r\n\r\n`],
];

test("a CONNECT with hostile header lines opens no tunnel", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const connectWith = async (lines: string): Promise<string> => {
    const socket = await rawConnection(egress.port);
    const authorization = `Proxy-Authorization: Bearer ${aToken()}`;
    socket.end(`CONNECT ${canary.authority} HTTP/1.1\r\nHost: x\r\n${authorization}\r\n${lines}`);
    return await readAll(socket);
  };
  for (const [what, lines] of hostileLines)
    assert.match(await connectWith(lines), /^HTTP\/1\.1 4(?:00|03|31) /, what);
  assert.equal(canary.connections, 0);
  // Positive control: the same with a harmless line.
  assert.match(await connectWith("X-One: 1\r\n\r\n"), /^HTTP\/1\.1 200 /);
  assert.equal(canary.connections, 1);
});

test("a refused client that continues to write is disconnected", async () => {
  await using egress = await RunningEgress.start();
  const goOnAfter = async (line: string): Promise<void> => {
    const socket = await rawConnection(egress.port);
    socket.on("error", () => undefined); // a reset
    socket.write(`${line} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`);
    assert.match(await readHead(socket), /^HTTP\/1\.1 40[57] /);
    const writing = setInterval(() => socket.write("x"), 500);
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    socket.once("close", () => {
      clearInterval(writing);
      resolve();
    });
    socket.resume();
    await closed;
  };
  await Promise.all(["CONNECT 10.0.0.1:80", "POST http://10.0.0.1/"].map(goOnAfter));
});
