import assert from "node:assert/strict";
import { Agent, get } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createHTTPApp, HTTPListener } from "./http-app.ts";

test("who stops serves what comes meanwhile, closes each connection with its answer, and lets none go unanswered", async () => {
  const app = createHTTPApp({
    maxBodyBytes: 1024,
    maxHeaderBytes: 8192,
    timeouts: { headersSeconds: 10, requestSeconds: 10, silenceSeconds: 60 },
    maxConnections: 10,
    connectionDropped: () => undefined,
    unreadable: () => ({ status: 400, body: {} }),
  });
  const held = Promise.withResolvers<string>();
  const arrived = Promise.withResolvers<void>();
  app.get("/held", async () => {
    arrived.resolve();
    return await held.promise;
  });
  app.get("/", async () => "here");
  const listener = new HTTPListener(app, {
    ...{ host: "127.0.0.1", port: 0 },
    ...{ leaveSeconds: 1, drainSeconds: 10 },
  });
  await listener.start();
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const ask = (path: string) => answerOf(port, path, agent);

  assert.equal((await ask("/")).headers.connection, "keep-alive");
  const slow = ask("/held");
  await arrived.promise;
  const stopped = listener.stop();
  // On the connection that was kept, and on a new one.
  for (const answer of [await ask("/"), await ask("/")])
    assert.deepEqual([answer.statusCode, answer.headers.connection], [200, "close"]);
  const closed = Promise.withResolvers<void>();
  app.server.once("close", closed.resolve);
  held.resolve("at last");
  assert.equal((await slow).statusCode, 200);
  await stopped;
  await closed.promise;
  await assert.rejects(ask("/"), { code: "ECONNREFUSED" });
});

function answerOf(port: number, path: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path, agent }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer));
    });
    request.once("error", reject);
  });
}
