import assert from "node:assert/strict";
import { test } from "node:test";
import { streams, subjects } from "../../../src/api/messages/subjects.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { PullConsumer } from "../../../src/platform/nats/pull-consumer.ts";
import { ensureCaptureConsumer, ensureStreams } from "../../../src/platform/nats/streams.ts";
import { eventually } from "../../support/eventually.ts";
import { connectTo, keepLog, TestServer } from "./nats-fixture.ts";
import type { Connected } from "./nats-fixture.ts";
import { NATSCluster } from "./nats-cluster.ts";

const never = new AbortController().signal;

async function copiesOf(nats: Connected): Promise<number[]> {
  return await Promise.all(
    Object.values(streams).map(async (name) => {
      const { config, cluster } = await nats.manager.streams.info(name);
      const others = (cluster?.replicas ?? []).filter(({ current }) => current).length;
      assert.ok(others < config.num_replicas);
      return 1 + others;
    }),
  );
}

async function copiesAre(nats: Connected, copies: number): Promise<void> {
  await eventually(`each stream is on ${copies} servers`, async () =>
    (await copiesOf(nats)).every((one) => one === copies),
  );
}

/** As a worker does it: pulls until all have come, and acknowledges each. */
async function takeAll(nats: Connected, count: number): Promise<Set<unknown>> {
  const consumer = new PullConsumer(nats, {
    stream: streams.captures,
    consumer: "capture-worker-default",
    log: keepLog(),
  });
  const bodies = new Set<unknown>();
  await eventually(`all ${count} have come`, async () => {
    const pull = { max: count, expiresMilliseconds: 5_000, signal: never };
    for await (const delivery of consumer.fetch(pull)) {
      // By receipt: an acknowledgement that arrived, but whose answer did not, brings the message no second time.
      bodies.add((delivery.body as { n: number }).n);
      await delivery.ack();
    }
    return bodies.size >= count;
  });
  return bodies;
}

async function publish(nats: Connected, n: number): Promise<void> {
  const subject = subjects.capture("default", `uid-${n}`);
  const outcome = await new Publisher(nats).publish(
    subject,
    { n },
    { messageID: `${n}`, timeoutMilliseconds: 60_000 },
  );
  assert.equal(outcome.kind, "Published");
}

test("streams on three servers outlive the one that the client talks to", async () => {
  await using cluster = await NATSCluster.start();
  await using nats = await cluster.connect(0);
  await ensureStreams(nats, { replicas: 3 });
  await ensureCaptureConsumer(nats, "default");
  await copiesAre(nats, 3);
  await publish(nats, 1);
  const before = nats.connection.getServer();

  await cluster.servers[0]!.process.kill();

  await publish(nats, 2);
  assert.deepEqual(await takeAll(nats, 2), new Set([1, 2]));
  assert.notEqual(nats.connection.getServer(), before);
});

test("streams that are there get more copies or fewer, and keep what is in them", async () => {
  await using cluster = await NATSCluster.start();
  await using nats = await cluster.connect(1);
  await ensureStreams(nats);
  await ensureCaptureConsumer(nats, "default");
  await copiesAre(nats, 1);
  await publish(nats, 1);

  await ensureStreams(nats, { replicas: 3 });
  await copiesAre(nats, 3);
  await publish(nats, 2);
  await ensureStreams(nats, { replicas: 1 });
  await copiesAre(nats, 1);

  assert.deepEqual(await takeAll(nats, 2), new Set([1, 2]));
});

test("more copies than there are servers are refused with the name of the setting", async () => {
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  await assert.rejects(ensureStreams(nats, { replicas: 3 }), /STILLS_NATS_STREAM_REPLICAS/);
});
