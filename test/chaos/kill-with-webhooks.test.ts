import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { HeldPages } from "../support/held-pages.ts";
import { LocalStills, type LocalCoordinates } from "../support/local-stills.ts";
import { WebhookReceiver } from "../support/webhook-receiver.ts";

/**
 * A hundred asynchronous calls of `/take` with a webhook each. Every kind of process is killed while pages are captured. Each call gets
 * its webhook at least once, always with the same id and body.
 */

const callCount = 100;
const address = "127.0.53.6";
const roles = [
  "gateway",
  "controller",
  "worker",
  "egress",
  "nats-server",
  "versitygw",
  "etcd",
  "kube-apiserver",
];

let stills: LocalStills;
let at: LocalCoordinates;
let pages: HeldPages;
let receiver: WebhookReceiver;

before(async () => {
  pages = await HeldPages.start(address);
  receiver = await WebhookReceiver.start(address);
  stills = await LocalStills.start({
    env: { STILLS_EGRESS_ALLOW_CIDRS: `${address}/32`, STILLS_WEBHOOK_ALLOW_HTTP: "true" },
  });
  at = await stills.coordinates();
});

after(async () => {
  await stills?.stop();
  await receiver?.stop();
  await pages?.stop();
});

test(`SIGKILL of ${roles.join(", ")} during ${callCount} asynchronous calls loses no webhook`, async (t) => {
  pages.holdAll();
  for (let call = 0; call < callCount; call++) {
    const response = await fetch(callURL(call));
    assert.equal(response.status, 201, await response.text());
  }
  for (const role of roles) {
    await eventually(`pages are being captured before ${role} is killed`, () => pages.open > 0);
    const open = pages.open;
    const victim = (await stills.coordinates()).pids[role]?.[0];
    assert.ok(victim !== undefined, `there is no ${role}`);
    const replacement = await stills.killAndAwaitReplacement(role, victim);
    t.diagnostic(`${role} ${victim} -> ${replacement}, ${open} pages in flight`);
    const wanted = answered().length + 5;
    pages.allow(10);
    await eventually(
      `webhooks arrive after ${role} was killed`,
      () => answered().length >= wanted,
      {
        limitSeconds: 300,
      },
    );
  }
  pages.allow(Number.POSITIVE_INFINITY);
  await eventually("every call was answered", () => answered().length === callCount, {
    limitSeconds: 600,
  });
  for (let call = 0; call < callCount; call++) await assertOneAnswer(call);
});

function callURL(call: number): string {
  const options = new URLSearchParams({
    access_key: at.accessKey,
    url: `http://${address}:${pages.port}/${call}`,
    viewport_width: "320",
    viewport_height: "200",
    store: "true",
    storage_path: `chaos/${call}`,
    storage_return_location: "true",
    response_type: "json",
    async: "true",
    webhook_url: `${receiver.url}/hook/${call}`,
    webhook_errors: "true",
  });
  return `${at.gatewayURL}/take?${options.toString()}`;
}

function answered(): string[] {
  return [...new Set(receiver.received.map((webhook) => webhook.path))];
}

async function assertOneAnswer(call: number): Promise<void> {
  const webhooks = receiver.at(`/hook/${call}`);
  const ids = new Set(webhooks.map(({ headers }) => headers["webhook-id"]));
  assert.equal(ids.size, 1, `call ${call} has one webhook-id`);
  const bodies = new Set(webhooks.map(({ body }) => body.toString()));
  assert.equal(bodies.size, 1, `call ${call} has one body`);
  const [webhook] = webhooks;
  assert.equal(
    webhook!.headers["x-screenshotone-signature"],
    createHmac("sha256", at.secretKey).update(webhook!.body).digest("hex"),
  );
  const answer = JSON.parse(webhook!.body.toString()) as { store?: { location?: string } };
  assert.ok(answer.store?.location, `call ${call} failed: ${webhook!.body.toString()}`);
  const stored = await fetch(answer.store.location);
  assert.equal(stored.status, 200);
  assert.equal(stored.headers.get("content-type"), "image/jpeg");
}
