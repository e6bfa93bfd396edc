import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { messageVersion } from "../../../src/api/messages/message-version.ts";
import { streams, subjects } from "../../../src/api/messages/subjects.ts";
import type {
  DeliveryRequest,
  SignatureAnswer,
} from "../../../src/api/messages/delivery-messages.ts";
import type { Condition, ScreenshotJob } from "../../../src/api/kinds/resource-types.ts";
import { events } from "../../../src/platform/kube/resources.ts";
import { CertificateAuthority } from "../../../src/platform/certificates/certificate-authority.ts";
import { sendRequest } from "../../../src/platform/nats/request-reply.ts";
import { messageOnStream, streamState } from "../../../src/platform/nats/stream-state.ts";
import { eventually } from "../../support/eventually.ts";
import { WebhookReceiver } from "../../support/webhook-receiver.ts";
import { Receiver } from "./receiver.ts";
import type { ReceivedWebhook } from "./receiver.ts";
import { expectedStandardSignature, opensslSignature } from "./signed-message.ts";
import { accountSecretKey, conditionOf, WebhookInstallation } from "./webhook-installation.ts";
import { tenant } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

/** What becomes of a webhook when its receiver, or a part of Stills, does not do what it should. */
let receiver: Receiver;
let deadReceiver: Receiver;
let forbidden: Receiver;
let stranger: WebhookReceiver;
let world: WebhookInstallation;
let controller: RunningController;

before(async () => {
  [receiver, deadReceiver, forbidden] = await Promise.all([
    Receiver.start(),
    Receiver.start(),
    Receiver.start(),
  ]);
  const subject = { commonName: "stranger", hosts: ["127.0.0.1"] };
  stranger = await WebhookReceiver.start(
    "127.0.0.1",
    new CertificateAuthority("nobody").issue(subject),
  );
  const strangerAuthority = new URL(stranger.url).host;
  world = await WebhookInstallation.start([
    receiver.authority,
    deadReceiver.authority,
    strangerAuthority,
  ]);
  controller = world.startController();
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
  await stranger?.stop();
  for (const opened of [receiver, deadReceiver, forbidden]) await opened?.[Symbol.asyncDispose]();
});

async function captured(name: string, url = receiver.url(`/${name}`)): Promise<ScreenshotJob> {
  const job = await world.createJob(name, { url, body: "Result", accountName: "acme" });
  await world.capture(job);
  return job;
}

/** All tries of one webhook are the same message, each with a new signature. */
function assertSameMessage(tries: ReceivedWebhook[], job: ScreenshotJob): void {
  for (const webhook of tries) {
    assert.deepEqual(webhook.body, tries[0]?.body);
    assert.equal(webhook.headers["webhook-id"], job.metadata.uid);
    assert.equal(
      webhook.headers["x-screenshotone-signature"],
      opensslSignature(webhook.body, accountSecretKey),
    );
    assert.equal(
      webhook.headers["webhook-signature"],
      expectedStandardSignature(webhook, accountSecretKey),
    );
  }
}

async function onStream(job: ScreenshotJob): Promise<DeliveryRequest | undefined> {
  const subject = subjects.delivery(job.metadata.uid);
  const found = await messageOnStream(world.installation.nats, streams.deliveries, subject);
  return found?.body as DeliveryRequest | undefined;
}

test("a receiver that fails gets a retry, not sooner than it requests, with the same message", async () => {
  await using _sender = await world.startSender();
  receiver.script(
    "/flaky",
    ...[{ status: 500 }, { status: 503, headers: { "retry-after": "4" } }, { status: 204 }],
  );
  const job = await captured("flaky");
  const condition = await world.untilNotified("flaky");
  assert.deepEqual([condition.status, condition.reason], ["True", "Delivered"]);

  const tries = receiver.of("/flaky");
  assert.equal(tries.length, 3);
  assertSameMessage(tries, job);
  const [, second, third] = tries.map(({ atMilliseconds }) => atMilliseconds);
  assert.ok(Number(third) - Number(second) >= 3_900, "Retry-After was not honoured");
});

test("a receiver that answers 410 gets no retry, and an Event says so", async () => {
  await using _sender = await world.startSender();
  receiver.script("/gone", { status: 410 });
  await captured("gone");
  const condition = await world.untilNotified("gone");
  assert.deepEqual([condition.status, condition.reason], ["False", "ReceiverGone"]);
  assert.equal(condition.message, "The receiver answered 410");
  await eventually("the delivery is acknowledged", async () => {
    return (await streamState(world.installation.nats, streams.deliveries)).messages === 0;
  });
  assert.equal(receiver.of("/gone").length, 1);
  await eventually("the Event is there", async () => {
    const found = await events(world.installation.transport).list({ namespace: tenant });
    return found.items.some(
      ({ regarding, reason, type }) =>
        regarding.name === "gone" && reason === "ReceiverGone" && type === "Warning",
    );
  });
});

test("a redirect is a failure, and is never followed", async () => {
  await using _sender = await world.startSender();
  receiver.script(
    "/moved",
    { status: 307, headers: { location: receiver.url("/elsewhere") } },
    { status: 302, headers: { location: receiver.url("/elsewhere") } },
    { status: 200 },
  );
  await captured("moved");
  assert.equal((await world.untilNotified("moved")).status, "True");
  assert.equal(receiver.of("/moved").length, 3);
  assert.deepEqual(receiver.of("/elsewhere"), []);
});

test("a receiver that never answers times out and gets a retry", async () => {
  await using _sender = await world.startSender();
  receiver.script("/hanging", "Hang", { status: 200 });
  const job = await captured("hanging");
  assert.equal((await world.untilNotified("hanging")).status, "True");
  const tries = receiver.of("/hanging");
  assert.equal(tries.length, 2);
  assertSameMessage(tries, job);
});

/** The webhooks of jobs that end in its course have a horizon that ends after the first try. */
async function withoutHorizon(work: () => Promise<void>): Promise<void> {
  await controller[Symbol.asyncDispose]();
  controller = world.startController({ horizonSeconds: 0.001 });
  try {
    await work();
  } finally {
    await controller[Symbol.asyncDispose]();
    controller = world.startController();
  }
}

test("a receiver that fails until the horizon was tried three times at least, and ends with a reason", async () => {
  await using _sender = await world.startSender();
  receiver.script("/down", { status: 500 });
  await withoutHorizon(async () => {
    const job = await captured("down");
    const down = await world.untilNotified("down");
    assert.deepEqual([down.status, down.reason], ["False", "DeliveryExhausted"]);
    assert.equal(down.message, "The receiver answered 500");
    assert.equal(receiver.of("/down").length, 3);
    assertSameMessage(receiver.of("/down"), job);
  });
});

test("a webhook that waited behind others for longer than its horizon is not given up after one rejection", async () => {
  receiver.script("/behind", { status: 401 }, { status: 503 }, { status: 200 });
  await using _sender = await world.startSender({ aheadMilliseconds: 14_400_000 + 160_000 });
  await captured("behind");
  const condition = await world.untilNotified("behind");
  assert.deepEqual([condition.status, condition.reason], ["True", "Delivered"]);
  assert.equal(receiver.of("/behind").length, 3);
});

test("a receiver with an untrusted certificate gets nothing, and the reason says so", async () => {
  await using _sender = await world.startSender();
  let condition: Condition | undefined;
  await withoutHorizon(async () => {
    await captured("stranger", `${stranger.url}/stranger`);
    condition = await world.untilNotified("stranger");
  });
  assert.deepEqual([condition?.status, condition?.reason], ["False", "DeliveryExhausted"]);
  assert.equal(
    condition?.message,
    "The receiver's TLS certificate is not valid (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
  );
  assert.equal(stranger.received.length, 0);
});

test("a receiver inside the network is not retried, and the reason names the address", async () => {
  await using _sender = await world.startSender();
  await captured("inside", forbidden.url("/inside"));
  await captured("inside-tls", forbidden.url("/inside").replace("http:", "https:"));
  for (const name of ["inside", "inside-tls"]) {
    const condition = await world.untilNotified(name);
    assert.equal(condition.reason, "DeliveryExhausted");
    assert.match(condition.message, /is not allowed: it must be https and public/);
    assert.doesNotMatch(condition.message, /127\./);
  }
  assert.deepEqual(forbidden.received, []);
});

test("without TLS a receiver gets nothing, unless an operator allowed that", async () => {
  await using _sender = await world.startSender({ allowsHTTP: false });
  await captured("in-the-clear");
  const condition = await world.untilNotified("in-the-clear");
  assert.equal(condition.reason, "DeliveryExhausted");
  assert.match(condition.message, /is not allowed: it must be https and public/);
  assert.equal(receiver.received.filter(({ path }) => path === "/in-the-clear").length, 0);
});

test("a lost delivery is published again by the leader, with the same message", async () => {
  const job = await captured("lost");
  const first = await eventually("it is published", () => onStream(job));
  await world.installation.nats.manager.streams.purge(streams.deliveries);
  const again = await eventually("it is published again", () => onStream(job));
  assert.deepEqual(again, first);

  await controller[Symbol.asyncDispose]();
  await world.installation.nats.manager.streams.purge(streams.deliveries);
  controller = world.startController();
  assert.deepEqual(await eventually("the next one publishes it", () => onStream(job)), first);

  await using _sender = await world.startSender();
  assert.equal((await world.untilNotified("lost")).status, "True");
  assertSameMessage(receiver.of("/lost"), job);
  assert.equal(receiver.of("/lost").length, 1);
});

test("without any gateway a webhook ends after a day, and one that comes later sends nothing", async () => {
  const job = await captured("unsent");
  await eventually("it is published", () => onStream(job));
  await controller[Symbol.asyncDispose]();
  controller = world.startController({ aheadMilliseconds: 86_400_000 });
  const condition = await world.untilNotified("unsent");
  assert.deepEqual([condition.status, condition.reason], ["False", "DeliveryExhausted"]);
  assert.equal(
    condition.message,
    "No gateway could deliver the webhook within a day of the end of its job",
  );
  await controller[Symbol.asyncDispose]();
  controller = world.startController();

  await using _sender = await world.startSender();
  await eventually("the delivery leaves the stream", async () => !(await onStream(job)));
  assert.deepEqual(receiver.of("/unsent"), []);
});

test("a gateway killed after the POST, before the outcome: the next one sends the same message again", async () => {
  const arrived = Promise.withResolvers<void>();
  const killed = Promise.withResolvers<void>();
  receiver.script(
    "/killed",
    async () => {
      arrived.resolve();
      await killed.promise;
      return { status: 200 };
    },
    { status: 200 },
  );
  await using first = await world.startGateway();
  const job = await captured("killed");
  await arrived.promise;
  await first.kill();
  killed.resolve();
  assert.equal(conditionOf(await world.job("killed"), "Notified")?.status, "Unknown");

  await using _second = await world.startGateway();
  assert.equal((await world.untilNotified("killed")).status, "True");
  const tries = receiver.of("/killed");
  assert.equal(tries.length, 2);
  assertSameMessage(tries, job);
});

test("a dead receiver with forty webhooks does not delay those of others", async () => {
  await using _sender = await world.startSender();
  deadReceiver.script("/dead", "Hang");
  const names = Array.from({ length: 40 }, (_, index) => `dead-${index}`);
  for (let start = 0; start < names.length; start += 20)
    await Promise.all(
      names.slice(start, start + 20).map((name) => captured(name, deadReceiver.url("/dead"))),
    );
  await eventually("the dead one is tried", () => deadReceiver.received.length >= 8);
  await captured("alive");
  assert.equal((await world.untilNotified("alive")).status, "True");
  assert.equal(deadReceiver.mostOpenAtOnce, 8);
  const pending = await Promise.all(names.map((name) => world.job(name)));
  for (const job of pending) {
    assert.equal(conditionOf(job, "Notified")?.status, "Unknown");
    await world.installation.jobs.delete({ namespace: tenant, name: job?.metadata.name ?? "" });
  }
  await eventually("the deliveries of deleted jobs leave the stream", async () => {
    return (await streamState(world.installation.nats, streams.deliveries)).messages === 0;
  });
});

test("only the holder of a delivery has it signed or reports its outcome", async () => {
  const job = await captured("guarded");
  const request = await eventually("it is published", () => onStream(job));
  const bodySHA256 = createHash("sha256")
    .update(request.body.kind === "Text" ? request.body.text : "")
    .digest("hex");
  const question = { job: request.job, deliveryToken: request.deliveryToken, bodySHA256 };
  const answerTo = async (changes: object): Promise<SignatureAnswer> =>
    (await sendRequest(
      world.installation.nats,
      subjects.ask.signature,
      { ...question, timestampSeconds: 1, ...changes },
      { timeoutMilliseconds: 30_000 },
    )) as SignatureAnswer;

  assert.equal((await answerTo({})).kind, "Signed");
  await assert.rejects(answerTo({ deliveryToken: "made up" }), /does not belong to this job/);
  assert.equal((await answerTo({ bodySHA256: "0".repeat(64) })).kind, "Outdated");

  const refused = 'stills_results_total{outcome="TokenWrong"}';
  const before = await controller.metric(refused);
  const report = async (deliveryToken: string, delivery: string): Promise<void> => {
    await world.publisher.publish(
      subjects.result(job.metadata.uid),
      { version: messageVersion, job: request.job, deliveryToken, delivery, message: delivery },
      { messageID: `${delivery} by ${deliveryToken}` },
    );
  };
  await report("made up", "Delivered");
  await eventually("it is refused", async () => (await controller.metric(refused)) === before + 1);
  assert.equal(conditionOf(await world.job("guarded"), "Notified")?.status, "Unknown");

  await report(request.deliveryToken, "ReceiverGone");
  const condition = await world.untilNotified("guarded");
  await report(request.deliveryToken, "Delivered");
  await eventually("both are applied", async () => {
    return (await streamState(world.installation.nats, streams.results)).messages === 0;
  });
  assert.deepEqual(conditionOf(await world.job("guarded"), "Notified"), condition);
  assert.equal((await answerTo({})).kind, "Settled");
});
