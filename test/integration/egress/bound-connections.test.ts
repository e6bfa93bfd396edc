import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { rawConnection, readAll } from "./proxy-client.ts";

const mark = "mark-of-this-connection";

function get(url: string, ...headers: string[]): string {
  return [`GET ${url} HTTP/1.1`, "Host: x", ...headers, "", ""].join("\r\n");
}

/** Sends a request and reads until the canary's answer is whole. */
async function ask(socket: Socket, text: string): Promise<string> {
  let answer = "";
  const read = (chunk: Buffer): void => {
    answer += chunk.toString();
  };
  socket.on("data", read);
  socket.write(text);
  await eventually("the answer is there", () => /canary(\r\n0\r\n\r\n)?$/.test(answer));
  socket.off("data", read);
  return answer;
}

test("a token with a mark counts for its connection, whatever a page adds; a refusal repeats the mark", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const socket = await rawConnection(egress.port);
  const byPage = "X-Stills-Connection: a-page-that-wants-to-spoil-it";
  const byWorker = [
    `Proxy-Authorization: Bearer ${aToken()}`,
    `X-Stills-Connection: ${mark}`,
    byPage,
  ];

  assert.match(await ask(socket, get(`${canary.url}/first`, ...byWorker)), /^HTTP\/1\.1 200 /);
  assert.match(await ask(socket, get(`${canary.url}/second`, byPage)), /^HTTP\/1\.1 200 /);
  socket.write(get("http://10.0.0.1/", "Connection: close"));
  const refused = await readAll(socket);

  assert.match(refused, /^HTTP\/1\.1 403 /);
  assert.match(
    refused,
    /\r\nX-Stills-Refused: mark-of-this-connection TargetNotAllowed 10\.0\.0\.1:80\r\n/,
  );
  assert.deepEqual(canary.paths, ["/first", "/second"]);
  for (const { headers } of canary.requests)
    assert.doesNotMatch(headers.join(" "), /x-stills|proxy-auth/i);
});

test("a token whose time is over counts no longer, not even on a connection that it opened", async () => {
  await using canary = await Canary.start();
  await using egress = await RunningEgress.start({ allow: [canary.authority] });
  const socket = await rawConnection(egress.port);
  const expires = Math.floor(Date.now() / 1000) + 3;
  const byWorker = [
    `Proxy-Authorization: Bearer ${aToken({ expires })}`,
    `X-Stills-Connection: ${mark}`,
  ];
  assert.match(await ask(socket, get(`${canary.url}/`, ...byWorker)), /^HTTP\/1\.1 200 /);
  await eventually("the time of the token is over", () => Date.now() > expires * 1000);

  socket.write(get(`${canary.url}/`, "Connection: close"));

  assert.match(await readAll(socket), /^HTTP\/1\.1 407 /);
});
