import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { streams, subjects } from "../../../src/api/messages/subjects.ts";
import { keepWorking } from "../../../src/platform/nats/message-lease.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { PullConsumer } from "../../../src/platform/nats/pull-consumer.ts";
import type { Delivery } from "../../../src/platform/nats/pull-consumer.ts";
import { capturesOnStream } from "../../../src/platform/nats/stream-state.ts";
import { ensureCaptureConsumer, ensureStreams } from "../../../src/platform/nats/streams.ts";
import { eventually } from "../../support/eventually.ts";
import { connectTo, keepLog, TestServer } from "./nats-fixture.ts";
import type { Connected } from "./nats-fixture.ts";

const never = new AbortController().signal;
const patient = { max: 1, expiresMilliseconds: 60_000, signal: never };
let server: TestServer;
let nats: Connected;
let publisher: Publisher;

before(async () => {
  server = await TestServer.start();
  nats = await connectTo(server);
  publisher = new Publisher(nats);
  await ensureStreams(nats);
});

after(async () => {
  await nats[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** A pool of its own for each test, so that no test hears another's messages. */
async function aPool(pool: string, ackWaitSeconds = 30): Promise<PullConsumer> {
  await ensureCaptureConsumer(nats, pool, { ackWaitSeconds });
  return new PullConsumer(nats, {
    stream: streams.captures,
    consumer: `capture-worker-${pool}`,
    log: keepLog(),
  });
}

async function publishTo(pool: string, uid: string, body: unknown = { uid }): Promise<void> {
  const subject = subjects.capture(pool, uid);
  const outcome = await publisher.publish(subject, body, {
    messageID: `${pool}.${uid}`,
    timeoutMilliseconds: 60_000,
  });
  assert.equal(outcome.kind, "Published");
}

async function pullOne(consumer: PullConsumer): Promise<Delivery> {
  return await eventually("a message is delivered", async () => {
    for await (const delivery of consumer.fetch(patient)) return delivery;
    return undefined;
  });
}

test("a pull yields what was published, with its subject, sequence and count", async () => {
  const consumer = await aPool("plain");
  await publishTo("plain", "one", { hello: "world" });

  const delivery = await pullOne(consumer);

  assert.equal(delivery.subject, subjects.capture("plain", "one"));
  assert.deepEqual(delivery.body, { hello: "world" });
  assert.equal(delivery.deliveryCount, 1);
  assert.ok(delivery.sequence > 0);
  assert.equal(await delivery.ack(), true);
});

test("a pull that is open yields a message as soon as it comes", async () => {
  const consumer = await aPool("waiting");
  const pulled = pullOne(consumer);
  await eventually("the pull waits at the server", async () => {
    const info = await nats.manager.consumers.info(streams.captures, "capture-worker-waiting");
    return info.num_waiting === 1;
  });

  await publishTo("waiting", "late");

  assert.equal(await (await pulled).ack(), true);
});

test("a pull takes no more than it asked for", async () => {
  const consumer = await aPool("greedy");
  for (const uid of ["a", "b", "c", "d"]) await publishTo("greedy", uid);

  const taken: Delivery[] = [];
  for await (const delivery of consumer.fetch({ ...patient, max: 2 })) taken.push(delivery);

  assert.equal(taken.length, 2);
  const info = await nats.manager.consumers.info(streams.captures, "capture-worker-greedy");
  assert.equal(info.num_ack_pending, 2);
  assert.equal(info.num_pending, 2);
});

test("a pull of an empty queue ends when it expires", async () => {
  const consumer = await aPool("empty");
  const taken: Delivery[] = [];
  for await (const delivery of consumer.fetch({ ...patient, expiresMilliseconds: 1000 }))
    taken.push(delivery);
  assert.deepEqual(taken, []);
});

test("a message that is no JSON arrives with an undefined body", async () => {
  const consumer = await aPool("garbage");
  await nats.jetstream.publish(subjects.capture("garbage", "x"), "{no json");

  const delivery = await pullOne(consumer);

  assert.equal(delivery.body, undefined);
  delivery.term();
  await eventually("the message is gone", async () => {
    const { subjects: queued } = await capturesOnStream(nats);
    return !queued.has(subjects.capture("garbage", "x"));
  });
});

test("what nobody settles comes again after ack_wait, with a higher count", async () => {
  const consumer = await aPool("forgetful", 1);
  await publishTo("forgetful", "one");

  const first = await pullOne(consumer);
  const second = await pullOne(consumer);
  const third = await pullOne(consumer);

  assert.deepEqual(
    [first, second, third].map((d) => d.deliveryCount),
    [1, 2, 3],
  );
  assert.equal(second.sequence, first.sequence);
  assert.equal(await third.ack(), true);
});

test("a lease that is kept outlives ack_wait; one that is dropped does not", async () => {
  const consumer = await aPool("diligent", 4);
  await publishTo("diligent", "one");
  const delivery = await pullOne(consumer);
  using lease = keepWorking(nats, delivery, { ackWaitSeconds: 4 });

  // Two pulls together longer than ack_wait.
  const others: Delivery[] = [];
  for (const expiresMilliseconds of [3000, 3000])
    for await (const other of consumer.fetch({ ...patient, expiresMilliseconds }))
      others.push(other);

  assert.deepEqual(others, []);
  assert.equal(lease.lost.aborted, false);
  lease.stop();
  const again = await pullOne(consumer);
  assert.equal(again.deliveryCount, 2);
  assert.equal(await again.ack(), true);
});

test("a message given back comes again at once", async () => {
  const consumer = await aPool("generous");
  await publishTo("generous", "one");

  (await pullOne(consumer)).nak();
  const again = await pullOne(consumer);

  assert.equal(again.deliveryCount, 2);
  again.nak(1);
  assert.equal((await pullOne(consumer)).deliveryCount, 3);
});

test("an aborted pull ends and leaves nothing behind that would swallow a message", async () => {
  const consumer = await aPool("aborted");
  const stopping = new AbortController();
  const taken: Delivery[] = [];
  const pulling = (async () => {
    for await (const delivery of consumer.fetch({ ...patient, max: 5, signal: stopping.signal }))
      taken.push(delivery);
  })();
  await eventually("the pull waits at the server", async () => {
    const info = await nats.manager.consumers.info(streams.captures, "capture-worker-aborted");
    return info.num_waiting === 1;
  });

  stopping.abort();
  await pulling;
  await publishTo("aborted", "one");

  assert.deepEqual(taken, []);
  assert.equal((await pullOne(consumer)).deliveryCount, 1);
});

test("leaving the loop early gives back what was not taken", async () => {
  const consumer = await aPool("early");
  for (const uid of ["a", "b", "c"]) await publishTo("early", uid);

  for await (const delivery of consumer.fetch({ ...patient, max: 3 })) {
    assert.equal(await delivery.ack(), true);
    break;
  }

  const rest = [await pullOne(consumer), await pullOne(consumer)];
  assert.equal(new Set(rest.map((delivery) => delivery.subject)).size, 2);
});

test("a pull from a consumer that is not there ends with a line in the log", async () => {
  const log = keepLog();
  const consumer = new PullConsumer(nats, {
    stream: streams.captures,
    consumer: "capture-worker-nobody",
    log,
  });

  const taken: Delivery[] = [];
  for await (const delivery of consumer.fetch(patient)) taken.push(delivery);

  assert.deepEqual(taken, []);
  assert.equal(log.lines[0]?.message, "Could not pull from the stream; trying again");
});

test("a pull that asks for nothing, or for too short a time, is refused", async () => {
  const consumer = await aPool("checked");
  const pull = async (change: object): Promise<void> => {
    for await (const delivery of consumer.fetch({ ...patient, ...change })) delivery.nak();
  };
  await assert.rejects(pull({ max: 0 }), /max must be at least 1/);
  await assert.rejects(pull({ expiresMilliseconds: 10 }), /at least 1000/);
});
