import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { streams, subjects } from "../../../src/api/messages/subjects.ts";
import { createNats } from "../../../src/platform/nats/connection.ts";
import { keepWorking } from "../../../src/platform/nats/message-lease.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { PullConsumer } from "../../../src/platform/nats/pull-consumer.ts";
import type { Delivery } from "../../../src/platform/nats/pull-consumer.ts";
import { capturesOnStream, streamState } from "../../../src/platform/nats/stream-state.ts";
import { ensureCaptureConsumer, ensureStreams } from "../../../src/platform/nats/streams.ts";
import { eventually } from "../../support/eventually.ts";
import { connectTo, keepLog, TestServer } from "./nats-fixture.ts";
import type { Connected } from "./nats-fixture.ts";

const never = new AbortController().signal;
const subject = subjects.capture("default", "uid-1");

function defaultPool(nats: Connected): PullConsumer {
  return new PullConsumer(nats, {
    stream: streams.captures,
    consumer: "capture-worker-default",
    log: keepLog(),
  });
}

/** As a worker does it: pulls in a loop. */
async function pullUntilOne(nats: Connected): Promise<Delivery> {
  const consumer = defaultPool(nats);
  return await eventually("a message is delivered", async () => {
    for await (const delivery of consumer.fetch({
      max: 1,
      expiresMilliseconds: 30_000,
      signal: never,
    }))
      return delivery;
    return undefined;
  });
}

async function aWaitingPull(nats: Connected): Promise<void> {
  await eventually("a pull waits at the server", async () => {
    const info = await nats.manager.consumers.info(streams.captures, "capture-worker-default");
    return info.num_waiting > 0;
  });
}

test("a pull goes on after the server was killed and came back", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  await ensureStreams(nats);
  await ensureCaptureConsumer(nats, "default");
  const pulling = pullUntilOne(nats);
  await aWaitingPull(nats);

  await server.kill();
  await eventually("the loss is noticed", () => nats.state === "Disconnected");
  await server.run();
  const publishing = new Publisher(nats).publish(
    subject,
    {},
    { messageID: "1", timeoutMilliseconds: 60_000 },
  );

  assert.equal((await publishing).kind, "Published");
  assert.equal(await (await pulling).ack(), true);
});

test("what was stored before the server was killed is still refused and delivered after", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  await ensureStreams(nats);
  await ensureCaptureConsumer(nats, "default");
  const publisher = new Publisher(nats);
  await publisher.publish(subject, { n: 1 }, { messageID: "1" });

  await server.kill();
  await server.run();
  const second = await publisher.publish(
    subject,
    { n: 2 },
    { messageID: "2", timeoutMilliseconds: 60_000 },
  );

  assert.deepEqual(second, { kind: "Occupied" });
  assert.deepEqual((await pullUntilOne(nats)).body, { n: 1 });
});

test("a server that lost its disk is set up again on reconnect, and pulls go on", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  const setUp = async (): Promise<void> => {
    await ensureStreams(nats);
    await ensureCaptureConsumer(nats, "default");
  };
  await setUp();
  const publisher = new Publisher(nats);
  await publisher.publish(subject, { n: 1 }, { messageID: "1" });
  let restored = 0;
  nats.onReconnect(async () => {
    await setUp();
    restored += 1;
  });

  await server.kill();
  await server.wipeStore();
  await server.run();
  await eventually("the streams are back", () => restored > 0);

  assert.equal((await capturesOnStream(nats)).subjects.size, 0);
  assert.equal((await streamState(nats, streams.captures)).messages, 0);
  const pulling = pullUntilOne(nats);
  const again = await publisher.publish(subject, { n: 1 }, { messageID: "1" });
  assert.ok(again.kind === "Published" && !again.duplicate);
  assert.deepEqual((await pulling).body, { n: 1 });
});

test("a lease is lost when the server is gone", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  await ensureStreams(nats);
  await ensureCaptureConsumer(nats, "default", { ackWaitSeconds: 3 });
  await new Publisher(nats).publish(subject, {}, { messageID: "1" });
  const delivery = await pullUntilOne(nats);
  using lease = keepWorking(nats, delivery, { ackWaitSeconds: 3 });

  await server.kill();

  await eventually("the lease is lost", () => lease.lost.aborted);
});

test("a lease is lost when the server no longer answers, though the connection is open", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  await ensureStreams(nats);
  await ensureCaptureConsumer(nats, "default", { ackWaitSeconds: 3 });
  await new Publisher(nats).publish(subject, {}, { messageID: "1" });
  const delivery = await pullUntilOne(nats);
  using lease = keepWorking(nats, delivery, { ackWaitSeconds: 3 });

  server.freeze();

  await eventually("the lease is lost", () => lease.lost.aborted);
  assert.equal(nats.state, "Connected");
  server.thaw();
});

test("the first connect waits for a server that starts late, and says so", async () => {
  await using server = await TestServer.start();
  await server.kill();
  const log = keepLog();
  const connecting = connectTo(server, { log });
  await eventually("it says that it waits", () =>
    log.lines.some((line) => line.message === "Waiting for NATS"),
  );

  await server.run();

  await using nats = await connecting;
  assert.equal(nats.state, "Connected");
});

test("the first connect gives up after its limit, with a sentence without the password", async () => {
  await using server = await TestServer.start();
  await server.kill();
  const nats = createNats({
    ...{ url: server.url.replace("//", "//someone:secret@"), user: "", name: "test" },
    ...{ inboxPrefix: "_INBOX_test", log: keepLog(), firstConnectTimeoutSeconds: 1 },
  });
  await assert.rejects(nats.start(never), (err: Error) => {
    assert.match(err.message, /is not connected: connection refused; check STILLS_NATS_URL/);
    assert.doesNotMatch(err.message, /secret/);
    return true;
  });
  assert.match(nats.problem ?? "", /STILLS_NATS_URL.* is not connected: connection refused/);
  assert.doesNotMatch(nats.problem ?? "", /secret/);
});

test("the first connect stops when the process stops", async () => {
  await using server = await TestServer.start();
  await server.kill();
  const stopping = new AbortController();
  const nats = createNats({
    url: server.url,
    user: "",
    name: "test",
    inboxPrefix: "_INBOX_test",
    log: keepLog(),
  });
  const starting = nats.start(stopping.signal);
  stopping.abort();
  await assert.rejects(starting, { name: "Failure" });
  await nats.stop();
});

test("a wrong password is told with the name of its setting, and without itself", async () => {
  await using server = await TestServer.start();
  const nats = createNats({
    ...{ url: server.url, user: server.nats.user, password: "mistaken", name: "test" },
    ...{ inboxPrefix: "_INBOX_test", log: keepLog(), firstConnectTimeoutSeconds: 1 },
  });
  await assert.rejects(nats.start(never), /STILLS_NATS_PASSWORD_FILE/);
  assert.match(nats.problem ?? "", /Authorization Violation.*STILLS_NATS_PASSWORD_FILE/i);
  assert.doesNotMatch(nats.problem ?? "", /mistaken/);
});

test("a password that changes in its file is used at the next connect", async () => {
  await using server = await TestServer.start();
  const folder = await mkdtemp(join(tmpdir(), "stills-test-password-"));
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, "old\n");
  const log = keepLog();
  const { user, password } = server.nats;
  const connecting = connectTo(server, { user, password: "", passwordFile, log });
  await eventually("the old password is refused", () =>
    log.lines.some((line) => line.message === "Waiting for NATS"),
  );

  await writeFile(passwordFile, `${password}\n`);

  await using nats = await connecting;
  assert.equal(nats.state, "Connected");
  await rm(folder, { recursive: true });
});

test("a connection that closes by itself fails the part; one that is stopped does not", async () => {
  await using server = await TestServer.start();
  await using broken = await connectTo(server);
  const failed = assert.rejects(broken.failed, { reason: "InternalError" });
  await broken.connection.close();
  await failed;
  assert.equal(broken.state, "Closed");

  const stopped = await connectTo(server);
  let hasFailed = false;
  stopped.failed.catch(() => (hasFailed = true));
  await stopped.stop();
  await stopped.connection.closed();
  assert.equal(stopped.state, "Closed");
  assert.equal(hasFailed, false);
});
