import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { askQueue, consumers, streams, subjects } from "../../../src/api/messages/subjects.ts";
import { sendRequest, serveRequests } from "../../../src/platform/nats/request-reply.ts";
import { keepWorking } from "../../../src/platform/nats/message-lease.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { PullConsumer } from "../../../src/platform/nats/pull-consumer.ts";
import type { Delivery } from "../../../src/platform/nats/pull-consumer.ts";
import {
  capturesOnStream,
  deliveriesOnStream,
  messageOnStream,
  resultsDrained,
} from "../../../src/platform/nats/stream-state.ts";
import {
  deleteCaptureConsumer,
  ensureCaptureConsumer,
  ensureStreams,
} from "../../../src/platform/nats/streams.ts";
import { eventually } from "../../support/eventually.ts";
import { connectAs, keepLog, TestServer } from "./nats-fixture.ts";
import type { Connected, KeptLog } from "./nats-fixture.ts";

/** Real users with the permissions that the chart and the local composition give them. */
interface Member {
  nats: Connected;
  log: KeptLog;
}

const never = new AbortController().signal;
const patient = { timeoutMilliseconds: 60_000 };
const names = ["controller", "gateway", "worker-default", "worker-big"] as const;
let server: TestServer;
const members = new Map<string, Member>();
let sentinels = 0;

before(async () => {
  server = await TestServer.start({ pools: ["default", "big"] });
  for (const name of names) {
    const log = keepLog();
    members.set(name, { nats: await connectAs(server, name, log), log });
  }
  await ensureStreams(member("controller").nats);
  for (const pool of ["default", "big"])
    await ensureCaptureConsumer(member("controller").nats, pool);
});

after(async () => {
  for (const { nats } of members.values()) await nats.stop();
  await server[Symbol.asyncDispose]();
});

function member(name: string): Member {
  const found = members.get(name);
  if (found === undefined) throw new Error(`no member ${name}`);
  return found;
}

interface Refusal {
  operation?: string;
  subject?: string;
}

function refusals({ log }: Member): Refusal[] {
  return log.lines
    .filter((line) => line.message === "NATS refused")
    .map((line) => line.facts["err"] as Refusal);
}

/** What the server says comes in order: when it has refused a later publish, it has judged everything before. */
async function untilJudged(who: Member): Promise<void> {
  sentinels += 1;
  const sentinel = `nobody.may.publish.${sentinels}`;
  who.nats.connection.publish(sentinel);
  await eventually("the server has judged", () =>
    refusals(who).some((refusal) => refusal.subject === sentinel),
  );
}

async function mayPublish(name: string, subject: string): Promise<boolean> {
  const who = member(name);
  const before = refusals(who).length;
  who.nats.connection.publish(subject);
  await untilJudged(who);
  return !refusals(who)
    .slice(before)
    .some((refusal) => refusal.operation === "publish" && refusal.subject === subject);
}

async function maySubscribe(name: string, subject: string): Promise<boolean> {
  const who = member(name);
  const before = refusals(who).length;
  const subscription = who.nats.connection.subscribe(subject, { callback: () => {} });
  await untilJudged(who);
  if (!subscription.isClosed()) subscription.unsubscribe();
  return !refusals(who)
    .slice(before)
    .some((refusal) => refusal.operation === "subscription" && refusal.subject === subject);
}

const next = (stream: string, consumer: string) =>
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
const ackOf = (stream: string, consumer: string) => `$JS.ACK.${stream}.${consumer}.9.9.9.9.0`;
const administration = Object.values(streams).flatMap((stream) => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.STREAM.CREATE.${stream}`,
  `$JS.API.STREAM.UPDATE.${stream}`,
  `$JS.API.STREAM.PURGE.${stream}`,
  `$JS.API.STREAM.DELETE.${stream}`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
  `$JS.API.STREAM.MSG.DELETE.${stream}`,
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}.mine`,
  `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.mine`,
  `$JS.API.CONSUMER.INFO.${stream}.mine`,
  `$JS.API.CONSUMER.LIST.${stream}`,
  `$JS.API.CONSUMER.DELETE.${stream}.mine`,
]);
const everywhere = ["$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST", "$SYS.REQ.x"];

test("a worker may publish what it needs", async () => {
  for (const subject of [
    next(streams.captures, consumers.captureWorker("default")),
    ackOf(streams.captures, consumers.captureWorker("default")),
    subjects.result("uid"),
    subjects.bytes("gateway-1", "token"),
    subjects.announce("default", "worker-1"),
    subjects.ask.upload,
    subjects.ask.plaintext,
    subjects.ask.attempt,
  ])
    assert.equal(await mayPublish("worker-default", subject), true, subject);
});

test("a worker may publish nothing else", async () => {
  for (const subject of [
    ...administration,
    ...everywhere,
    next(streams.captures, consumers.captureWorker("big")),
    ackOf(streams.captures, consumers.captureWorker("big")),
    next(streams.results, consumers.jobController),
    ackOf(streams.results, consumers.jobController),
    next(streams.deliveries, consumers.webhookSender),
    subjects.capture("default", "uid"),
    subjects.capture("big", "uid"),
    subjects.delivery("uid"),
    subjects.verdict("uid"),
    subjects.cancel("uid"),
    subjects.rollCall,
    subjects.announce("big", "worker-1"),
    subjects.ask.signature,
    subjects.ask.admission,
    subjects.ask.usage,
    subjects.load,
    "_INBOX_controller.test.x",
    "_INBOX_worker-big.test.x",
  ])
    assert.equal(await mayPublish("worker-default", subject), false, subject);
});

test("a worker may hear its own inbox, cancellations and roll calls", async () => {
  for (const subject of ["_INBOX_worker-default.a.>", subjects.allCancels, subjects.rollCall])
    assert.equal(await maySubscribe("worker-default", subject), true, subject);
});

test("a worker may hear nothing else", async () => {
  for (const subject of [
    ">",
    "*.*.*",
    "_INBOX_controller.>",
    "_INBOX_gateway.>",
    "_INBOX_worker-big.>",
    "_INBOX.>",
    subjects.allCaptures,
    subjects.capturesOfPool("default"),
    subjects.allResults,
    subjects.allDeliveries,
    subjects.allBytes,
    subjects.allVerdicts,
    subjects.allAnnouncements,
    subjects.ask.upload,
    subjects.ask.plaintext,
    "$JS.ACK.>",
    "$JS.EVENT.>",
  ])
    assert.equal(await maySubscribe("worker-default", subject), false, subject);
});

test("a gateway may do what it needs", async () => {
  for (const subject of [
    next(streams.deliveries, consumers.webhookSender),
    ackOf(streams.deliveries, consumers.webhookSender),
    subjects.result("uid"),
    subjects.ask.signature,
    subjects.ask.admission,
    subjects.ask.usage,
  ])
    assert.equal(await mayPublish("gateway", subject), true, subject);
  for (const subject of [
    "_INBOX_gateway.a.>",
    subjects.bytesOfGateway("gateway-1"),
    subjects.allVerdicts,
    subjects.load,
  ])
    assert.equal(await maySubscribe("gateway", subject), true, subject);
});

test("a gateway may do nothing else", async () => {
  for (const subject of [
    ...administration,
    ...everywhere,
    next(streams.captures, consumers.captureWorker("default")),
    next(streams.results, consumers.jobController),
    subjects.capture("default", "uid"),
    subjects.delivery("uid"),
    subjects.verdict("uid"),
    subjects.cancel("uid"),
    subjects.load,
    subjects.ask.upload,
    subjects.ask.plaintext,
  ])
    assert.equal(await mayPublish("gateway", subject), false, subject);
  for (const subject of [
    ">",
    subjects.allCaptures,
    subjects.allResults,
    subjects.allAnnouncements,
    subjects.ask.signature,
    subjects.ask.admission,
    subjects.ask.usage,
    "_INBOX_controller.>",
  ])
    assert.equal(await maySubscribe("gateway", subject), false, subject);
});

test("the controller may touch nothing that is not ours", async () => {
  for (const subject of [
    ...everywhere,
    "$JS.API.STREAM.DELETE.OTHER",
    "$JS.API.STREAM.CREATE.OTHER",
    "$JS.API.STREAM.INFO.OTHER",
    "_INBOX_gateway.test.x",
  ])
    assert.equal(await mayPublish("controller", subject), false, subject);
  for (const subject of [">", "_INBOX_gateway.>", "_INBOX_worker-default.>", subjects.allBytes])
    assert.equal(await maySubscribe("controller", subject), false, subject);
});

function consumerOf(name: string, stream: string, consumer: string): PullConsumer {
  return new PullConsumer(member(name).nats, { stream, consumer, log: keepLog() });
}

async function pullOne(consumer: PullConsumer): Promise<Delivery> {
  const options = { max: 1, expiresMilliseconds: 30_000, signal: never };
  return await eventually("a message is delivered", async () => {
    for await (const delivery of consumer.fetch(options)) return delivery;
    return undefined;
  });
}

test("a worker cannot pull from another pool, whose own worker can", async () => {
  const publisher = new Publisher(member("controller").nats);
  const subject = subjects.capture("big", "foreign");
  await publisher.publish(subject, {}, { messageID: "foreign.1.1" });
  const consumer = consumers.captureWorker("big");

  const stolen: Delivery[] = [];
  const thief = consumerOf("worker-default", streams.captures, consumer);
  for await (const delivery of thief.fetch({ max: 1, expiresMilliseconds: 1000, signal: never }))
    stolen.push(delivery);

  assert.deepEqual(stolen, []);
  const delivery = await pullOne(consumerOf("worker-big", streams.captures, consumer));
  assert.equal(delivery.deliveryCount, 1);
  assert.equal(await delivery.ack(), true);
});

test("with these permissions a job goes the whole way, and the server refuses nothing", async () => {
  const counts = new Map(names.map((name) => [name, refusals(member(name)).length]));
  const controller = member("controller").nats;
  const worker = member("worker-default").nats;
  const gateway = member("gateway").nats;
  const fromController = new Publisher(controller);
  const fromWorker = new Publisher(worker);
  const fromGateway = new Publisher(gateway);
  const heard: string[] = [];
  const hear = ({ subject }: { subject: string }): void => void heard.push(subject);
  fromController.subscribe(subjects.allAnnouncements, hear);
  fromWorker.subscribe(subjects.allCancels, hear);
  fromWorker.subscribe(subjects.rollCall, hear);
  fromGateway.subscribe(subjects.allVerdicts, hear);
  fromGateway.subscribeBytes(subjects.bytesOfGateway("gateway-1"), hear);
  for (const subject of Object.values(subjects.ask))
    serveRequests(controller, subject, askQueue, async (body) => ({ subject, body }));
  await Promise.all([fromController.flush(), fromWorker.flush(), fromGateway.flush()]);

  await ensureStreams(controller);
  await ensureCaptureConsumer(controller, "default");
  // What the tests of single subjects have left there.
  await controller.manager.streams.purge(streams.results);
  fromController.send(subjects.rollCall, {});
  fromWorker.send(subjects.announce("default", "w"), {});
  const capture = subjects.capture("default", "uid");
  await fromController.publish(capture, { n: 1 }, { messageID: "uid.1.1" });
  assert.deepEqual((await messageOnStream(controller, streams.captures, capture))?.body, { n: 1 });

  const capturing = await pullOne(
    consumerOf("worker-default", streams.captures, consumers.captureWorker("default")),
  );
  using lease = keepWorking(worker, capturing, { ackWaitSeconds: 30 });
  capturing.working();
  for (const question of ["upload", "plaintext", "attempt"] as const) {
    const subject = subjects.ask[question];
    assert.deepEqual(await sendRequest(worker, subject, 1, patient), { subject, body: 1 });
  }
  fromWorker.sendBytes(subjects.bytes("gateway-1", "t"), Uint8Array.of(1));
  const result = { messageID: "uid.r" };
  assert.equal((await fromWorker.publish(subjects.result("uid"), {}, result)).kind, "Published");
  lease.stop();
  assert.equal(await capturing.ack(), true);

  const results = consumerOf("controller", streams.results, consumers.jobController);
  assert.equal(await (await pullOne(results)).ack(), true);
  assert.equal(await resultsDrained(controller), true);
  assert.equal((await capturesOnStream(controller)).subjects.has(capture), false);
  fromController.send(subjects.cancel("uid"), {});
  fromController.send(subjects.verdict("uid"), {});
  await fromController.publish(subjects.delivery("uid"), {}, { messageID: "uid.d" });

  const deliveries = consumerOf("gateway", streams.deliveries, consumers.webhookSender);
  (await pullOne(deliveries)).nak();
  const again = await pullOne(deliveries);
  const signature = subjects.ask.signature;
  assert.deepEqual(await sendRequest(gateway, signature, 2, patient), {
    subject: signature,
    body: 2,
  });
  await fromGateway.publish(subjects.result("uid"), {}, { messageID: "uid.w" });
  assert.equal(await again.ack(), true);
  assert.equal((await deliveriesOnStream(controller)).subjects.size, 0);
  assert.equal(await (await pullOne(results)).ack(), true);
  await deleteCaptureConsumer(controller, "big");

  await eventually("everything that was sent is heard", () => heard.length === 5);
  for (const name of names) {
    await untilJudged(member(name));
    const news = refusals(member(name)).slice(counts.get(name));
    assert.equal(news.length, 1, `${name}: ${JSON.stringify(news)}`);
  }
});
