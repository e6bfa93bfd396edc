import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeliveryRequest } from "../../../src/api/messages/delivery-messages.ts";
import { messageVersion } from "../../../src/api/messages/message-version.ts";
import { consumers, streams, subjects } from "../../../src/api/messages/subjects.ts";
import { createGatewayMetrics } from "../../../src/gateway/metrics.ts";
import { createWebhooks } from "../../../src/gateway/webhooks/create-webhooks.ts";
import { createObjectStore } from "../../../src/platform/objects/object-store.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { ensureStreams } from "../../../src/platform/nats/streams.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { Metrics } from "../../../src/platform/process/metrics.ts";
import { eventually } from "../../support/eventually.ts";
import { silentLog } from "../../support/silent-log.ts";
import { aToken, RunningEgress } from "../egress/egress-fixture.ts";
import { connectTo, TestServer } from "../nats/nats-fixture.ts";
import { Receiver } from "./receiver.ts";

const count = 3_000;

function deliveryTo(url: string, uid: string): DeliveryRequest {
  return {
    version: messageVersion,
    job: { namespace: "marketing", name: uid, uid },
    deliveryToken: "not asked for",
    webhookID: uid,
    url,
    proxyToken: aToken({ uid, class: "webhook" }),
    sign: false,
    headers: {},
    body: { kind: "Text", mediaType: "application/json", text: "{}" },
    sinceMilliseconds: Date.now(),
    horizonMilliseconds: 3_600_000,
  };
}

test("thousands of deliveries to a host that does not answer are few redeliveries, and other hosts get theirs", async () => {
  await using dead = await Receiver.start();
  await using alive = await Receiver.start();
  dead.script("/dead", "Hang");
  await using egress = await RunningEgress.start({
    allow: [dead.authority, alive.authority],
    config: { webhookAllowsHTTP: true },
  });
  await using server = await TestServer.start();
  await using nats = await connectTo(server);
  await ensureStreams(nats);
  const publisher = new Publisher(nats);
  const publish = (url: string, uid: string) =>
    publisher.publish(subjects.delivery(uid), deliveryTo(url, uid), { messageID: uid });
  for (let at = 0; at < count; at += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => publish(dead.url("/dead"), `job-${at + index}`)),
    );

  const { webhookDispatcher } = createWebhooks({
    config: {
      egressURL: `http://127.0.0.1:${egress.port}`,
      webhooks: {
        allowsHTTP: true,
        dnsServers: [],
        targets: { allow: [], deny: [], clusterDomain: "cluster.local" },
      },
    },
    nats,
    publisher,
    webhookStore: createObjectStore({
      ...{ endpoint: "http://127.0.0.1:9", region: "us-east-1", bucket: "none" },
      ...{ accessKeyID: "none", secretAccessKey: "none" },
    }),
    metrics: createGatewayMetrics(new Metrics({ processMetrics: false })),
    clock: systemClock,
    log: silentLog,
  });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => webhookDispatcher.stop());
  await webhookDispatcher.start();
  const delivered = async (): Promise<number> => {
    const info = await nats.manager.consumers.info(streams.deliveries, consumers.webhookSender);
    return info.delivered.consumer_seq;
  };
  await eventually("each was delivered", async () => (await delivered()) >= count);

  const began = performance.now();
  const atFirst = await delivered();
  await publish(alive.url("/alive"), "alive");
  await eventually("the other host has its webhook", () => alive.received.length === 1);
  await eventually("ten have timed out", () => dead.received.length >= 18);
  const redelivered = (await delivered()) - atFirst;
  const elapsedSeconds = (performance.now() - began) / 1000;
  // At first a turn is an eighth of 0.1 s, later an eighth of the ten seconds that a try lasts.
  assert.ok(redelivered <= 80 * 1.25 * elapsedSeconds + 200, `${redelivered} in ${elapsedSeconds}`);
  assert.equal(dead.mostOpenAtOnce, 8);
});
