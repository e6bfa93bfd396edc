import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { consumers, streams, subjects } from "../../../src/api/messages/subjects.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { PullConsumer } from "../../../src/platform/nats/pull-consumer.ts";
import type { Delivery } from "../../../src/platform/nats/pull-consumer.ts";
import {
  capturesOnStream,
  messageOnStream,
  resultsDrained,
  streamState,
} from "../../../src/platform/nats/stream-state.ts";
import {
  deleteCaptureConsumer,
  ensureCaptureConsumer,
  ensureStreams,
} from "../../../src/platform/nats/streams.ts";
import { eventually } from "../../support/eventually.ts";
import { connectTo, keepLog, TestServer } from "./nats-fixture.ts";
import type { Connected } from "./nats-fixture.ts";

const never = new AbortController().signal;
let server: TestServer;
let nats: Connected;
let publisher: Publisher;
let uidCounter = 0;
let uid = "";

before(async () => {
  server = await TestServer.start();
  nats = await connectTo(server);
  publisher = new Publisher(nats);
  await ensureStreams(nats);
  await ensureCaptureConsumer(nats, "default");
});

beforeEach(async () => {
  uidCounter += 1;
  uid = `uid-${uidCounter}`;
  await nats.manager.streams.purge(streams.captures);
  await nats.manager.streams.purge(streams.deliveries);
  await nats.manager.streams.purge(streams.results);
});

after(async () => {
  await nats[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function captures(pool = "default"): PullConsumer {
  return new PullConsumer(nats, {
    stream: streams.captures,
    consumer: `capture-worker-${pool}`,
    log: keepLog(),
  });
}

async function pullOne(consumer: PullConsumer): Promise<Delivery> {
  return await eventually("a message is delivered", async () => {
    for await (const delivery of consumer.fetch({
      max: 1,
      expiresMilliseconds: 5000,
      signal: never,
    }))
      return delivery;
    return undefined;
  });
}

const oneAtATime = [
  { stream: "captures", subjectOf: (id: string) => subjects.capture("default", id) },
  { stream: "deliveries", subjectOf: (id: string) => subjects.delivery(id) },
];

for (const { stream, subjectOf } of oneAtATime) {
  test(`${stream}: a second message of a job is refused while the first is queued`, async () => {
    const first = await publisher.publish(subjectOf(uid), { n: 1 }, { messageID: `${uid}.1.1` });
    const second = await publisher.publish(subjectOf(uid), { n: 2 }, { messageID: `${uid}.1.2` });

    assert.equal(first.kind, "Published");
    assert.deepEqual(second, { kind: "Occupied" });
  });

  test(`${stream}: a repeated publish of the same message is recognised as a duplicate`, async () => {
    const first = await publisher.publish(subjectOf(uid), { n: 1 }, { messageID: `${uid}.1.1` });
    const again = await publisher.publish(subjectOf(uid), { n: 1 }, { messageID: `${uid}.1.1` });

    assert.ok(first.kind === "Published" && again.kind === "Published");
    assert.equal(first.duplicate, false);
    assert.equal(again.duplicate, true);
    assert.equal(again.sequence, first.sequence);
  });
}

test("a second capture is refused while the first is delivered but unacknowledged", async () => {
  const subject = subjects.capture("default", uid);
  await publisher.publish(subject, { n: 1 }, { messageID: `${uid}.1.1` });
  const delivery = await pullOne(captures());

  const whileHeld = await publisher.publish(subject, { n: 2 }, { messageID: `${uid}.2.1` });
  assert.equal(await delivery.ack(), true);
  const afterwards = await publisher.publish(subject, { n: 2 }, { messageID: `${uid}.2.1` });

  assert.deepEqual(whileHeld, { kind: "Occupied" });
  // The refused id left no trace in the dedupe window: the same id is stored as new.
  assert.ok(afterwards.kind === "Published");
  assert.equal(afterwards.duplicate, false);
  assert.deepEqual((await messageOnStream(nats, streams.captures, subject))?.body, { n: 2 });
});

test("an acknowledged message stays in the dedupe window: a retry needs a new message id", async () => {
  const subject = subjects.capture("default", uid);
  await publisher.publish(subject, { n: 1 }, { messageID: `${uid}.1.1` });
  assert.equal(await (await pullOne(captures())).ack(), true);

  const same = await publisher.publish(subject, { n: 1 }, { messageID: `${uid}.1.1` });
  const renewed = await publisher.publish(subject, { n: 1 }, { messageID: `${uid}.1.2` });

  assert.ok(same.kind === "Published" && renewed.kind === "Published");
  assert.equal(same.duplicate, true);
  assert.equal(renewed.duplicate, false);
});

test("results of one job may be several, and are drained when the last is acknowledged", async () => {
  const subject = subjects.result(uid);
  await publisher.publish(subject, { n: 1 }, { messageID: `${uid}.r1` });
  await publisher.publish(subject, { n: 2 }, { messageID: `${uid}.r2` });
  const { lastSequence, messages } = await streamState(nats, streams.results);
  const results = new PullConsumer(nats, {
    stream: streams.results,
    consumer: "job-controller",
    log: keepLog(),
  });

  assert.equal(messages, 2);
  assert.equal(await resultsDrained(nats, lastSequence), false);
  assert.equal(await (await pullOne(results)).ack(), true);
  assert.equal(await resultsDrained(nats, lastSequence), false);
  assert.equal(await (await pullOne(results)).ack(), true);
  assert.equal(await resultsDrained(nats, lastSequence), true);

  await publisher.publish(subject, { n: 3 }, { messageID: `${uid}.r3` });
  assert.equal(await resultsDrained(nats), false);
  assert.equal(await resultsDrained(nats, lastSequence), true);
});

test("the captures on the stream are listed whether queued or unacknowledged", async () => {
  const held = subjects.capture("default", `${uid}-held`);
  const queued = subjects.capture("default", `${uid}-queued`);
  await publisher.publish(held, {}, { messageID: `${uid}.a` });
  const delivery = await pullOne(captures());
  await publisher.publish(queued, {}, { messageID: `${uid}.b` });

  const listed = await capturesOnStream(nats);

  assert.equal(delivery.subject, held);
  assert.deepEqual([...listed.subjects].toSorted(), [held, queued].toSorted());
  assert.equal(await delivery.ack(), true);
  assert.deepEqual([...(await capturesOnStream(nats)).subjects], [queued]);
});

test("nothing is on a subject nobody published to", async () => {
  const subject = subjects.capture("default", uid);
  assert.equal(await messageOnStream(nats, streams.captures, subject), undefined);
});

test("setting up again changes nothing that is stored", async () => {
  await publisher.publish(subjects.capture("default", uid), {}, { messageID: uid });

  await ensureStreams(nats);
  await ensureCaptureConsumer(nats, "default");

  assert.equal((await capturesOnStream(nats)).subjects.size, 1);
});

test("a stream with loosened limits gets its limits back", async () => {
  await nats.manager.streams.update(streams.captures, { discard_new_per_subject: false });

  await ensureStreams(nats);

  const { config } = await nats.manager.streams.info(streams.captures);
  assert.equal(config.discard_new_per_subject, true);
});

test("the streams have the shape of the design", async () => {
  for (const name of [streams.captures, streams.deliveries, streams.results]) {
    const { config } = await nats.manager.streams.info(name);
    const isPerSubject = name !== streams.results;
    assert.equal(config.retention, "workqueue");
    assert.equal(config.storage, "file");
    assert.equal(config.discard, "new");
    assert.equal(config.max_bytes, -1);
    assert.equal(config.duplicate_window, 120e9);
    assert.equal(config.max_msgs_per_subject, isPerSubject ? 1 : -1);
    assert.equal(config.discard_new_per_subject ?? false, isPerSubject);
    assert.equal(config.max_age, isPerSubject ? 0 : 86_400e9);
  }
  const { config } = await nats.manager.consumers.info(streams.captures, "capture-worker-default");
  assert.equal(config.ack_wait, 30e9);
  assert.equal(config.max_deliver, -1);
  assert.equal(config.ack_policy, "explicit");
  // What a process that dies with one in hand costs in time: little for a result, and a webhook's receiver waits, too.
  for (const [stream, consumer, ackWait] of [
    [streams.results, consumers.jobController, 10e9],
    [streams.deliveries, consumers.webhookSender, 15e9],
  ] as const)
    assert.equal((await nats.manager.consumers.info(stream, consumer)).config.ack_wait, ackWait);
});

test("removing a pool removes its consumer and its queue, not those of others", async () => {
  await ensureCaptureConsumer(nats, "big");
  await publisher.publish(subjects.capture("big", uid), {}, { messageID: `${uid}.big` });
  await publisher.publish(subjects.capture("default", uid), {}, { messageID: `${uid}.default` });

  await deleteCaptureConsumer(nats, "big");
  await deleteCaptureConsumer(nats, "big");

  assert.deepEqual(
    [...(await capturesOnStream(nats)).subjects],
    [subjects.capture("default", uid)],
  );
});

test("a publish to a stream that is not there yet succeeds once it is", async () => {
  await nats.manager.streams.delete(streams.deliveries);
  const publishing = publisher.publish(
    subjects.delivery(uid),
    {},
    { messageID: uid, timeoutMilliseconds: 60_000 },
  );

  await ensureStreams(nats);

  assert.equal((await publishing).kind, "Published");
});

test("a publish that nobody stores fails when its limit is over", async () => {
  await assert.rejects(
    publisher.publish("stills.v1.nowhere", {}, { messageID: uid, timeoutMilliseconds: 600 }),
    { name: "Failure", reason: "InternalError" },
  );
});
