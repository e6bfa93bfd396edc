import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { Receiver } from "./receiver.ts";
import { expectedStandardSignature, opensslSignature } from "./signed-message.ts";
import {
  accountSecretKey,
  conditionOf,
  publicURL,
  WebhookInstallation,
} from "./webhook-installation.ts";
import { otherTenant, tenant } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

/** What arrives, for each kind of body, each outcome and each way to sign. */
let receiver: Receiver;
let world: WebhookInstallation;
let controller: RunningController;
let sender: AsyncDisposable;

before(async () => {
  receiver = await Receiver.start();
  world = await WebhookInstallation.start([receiver.authority]);
  controller = world.startController();
  sender = await world.startSender();
});

after(async () => {
  await sender?.[Symbol.asyncDispose]();
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

test("Result: the JSON of /take, signed as openssl signs, and the object is at its location", async () => {
  const job = await world.createJob(
    "result",
    {
      ...{ url: receiver.url("/result"), body: "Result", accountName: "acme" },
      ...{ returnLocation: true, returnImageSize: true, externalIdentifier: "order42" },
    },
    { storage: { path: "example" } },
  );
  await world.capture(job, Buffer.from("the picture"));
  const notified = await world.untilNotified("result");

  assert.deepEqual(
    [notified.status, notified.reason, notified.message],
    ["True", "Delivered", "The receiver answered 200"],
  );
  const [webhook, ...more] = receiver.of("/result");
  assert.ok(webhook);
  assert.deepEqual(more, []);
  const { headers, body } = webhook;
  const result = JSON.parse(body.toString()) as {
    screenshot_url: string;
    store: { location: string };
    metadata: unknown;
  };
  assert.ok(result.screenshot_url.startsWith(`${publicURL}/v1/pictures/`), result.screenshot_url);
  assert.equal(await (await fetch(result.store.location)).text(), "the picture");
  assert.deepEqual(result.metadata, { image_size: { width: 4, height: 3 } });

  const signature = opensslSignature(body, accountSecretKey);
  assert.equal(headers["x-screenshotone-signature"], signature);
  assert.equal(headers["webhook-signature"], expectedStandardSignature(webhook, accountSecretKey));
  assert.equal(headers["webhook-id"], job.metadata.uid);
  assert.equal(headers["content-type"], "application/json");
  assert.equal(headers["x-screenshotone-external-identifier"], "order42");
  assert.equal(headers["x-screenshotone-size-bytes"], "11");
  assert.equal(headers["x-screenshotone-trace-id"], "result");
  assert.match(String(headers["x-screenshotone-rendering-seconds"]), /^\d+(\.\d+)?$/);
});

test("Picture: the bytes of the picture, with its type", async () => {
  const bytes = Buffer.from([0x89, 0x50, 0, 0xff, 0xfe, 0x0d, 0x0a]);
  const job = await world.createJob("picture", {
    ...{ url: receiver.url("/picture"), body: "Picture", accountName: "acme" },
    returnImageSize: true,
  });
  await world.capture(job, bytes);
  assert.equal((await world.untilNotified("picture")).status, "True");

  const [webhook] = receiver.of("/picture");
  assert.deepEqual(webhook?.body, bytes);
  assert.equal(webhook?.headers["content-type"], "image/png");
  assert.equal(webhook?.headers["x-screenshotone-image-width"], "4");
  assert.equal(
    webhook?.headers["x-screenshotone-signature"],
    opensslSignature(bytes, accountSecretKey),
  );
});

test("Envelope: Standard Webhooks, signed with a Secret of the job's namespace and with nothing else", async () => {
  await world.createSecret(
    tenant,
    "hook",
    { secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
    true,
  );
  const job = await world.createJob("envelope", {
    url: receiver.url("/envelope"),
    signingSecretRef: { name: "hook", key: "secret" },
  });
  await world.capture(job);
  assert.equal((await world.untilNotified("envelope")).status, "True");

  const [webhook] = receiver.of("/envelope");
  assert.ok(webhook);
  const finished = await world.job("envelope");
  const envelope = JSON.parse(webhook.body.toString()) as Record<string, unknown>;
  assert.equal(envelope["type"], "stills_job.succeeded");
  assert.equal(envelope["timestamp"], finished?.status?.completionTime);
  assert.deepEqual(envelope["data"], {
    ...{ namespace: tenant, name: "envelope", uid: job.metadata.uid },
    ...{ reason: "Captured", message: conditionOf(finished, "Succeeded")?.message, attempts: 1 },
    durationMilliseconds: finished?.status?.durationMilliseconds,
    completionTime: finished?.status?.completionTime,
    location: finished?.status?.location,
    artifact: finished?.status?.artifact,
  });
  const secret = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
  assert.equal(webhook.headers["webhook-signature"], expectedStandardSignature(webhook, secret));
  assert.equal(webhook.headers["x-screenshotone-signature"], undefined);
});

test("sign: false and a webhook without any key carry no signature", async () => {
  const off = await world.createJob("unsigned", {
    ...{ url: receiver.url("/unsigned"), accountName: "acme", sign: false },
  });
  const keyless = await world.createJob("keyless", { url: receiver.url("/keyless") });
  await Promise.all([world.capture(off), world.capture(keyless)]);
  for (const name of ["unsigned", "keyless"]) {
    assert.equal((await world.untilNotified(name)).status, "True");
    const [webhook] = receiver.of(`/${name}`);
    assert.equal(webhook?.headers["webhook-signature"], undefined);
    assert.equal(webhook?.headers["x-screenshotone-signature"], undefined);
    assert.ok(webhook?.headers["webhook-timestamp"]);
  }
});

test("during a rotation both keys sign; ScreenshotOne's header has the current one only", async () => {
  await world.createAccount("rotating", tenant, {
    ...{ secretKey: "the new key", previousSecretKey: "the old key" },
  });
  const job = await world.createJob("rotated", {
    ...{ url: receiver.url("/rotated"), body: "Result", accountName: "rotating" },
  });
  await world.capture(job);
  await world.untilNotified("rotated");
  const [webhook] = receiver.of("/rotated");
  assert.ok(webhook);
  assert.equal(
    webhook.headers["webhook-signature"],
    ["the new key", "the old key"].map((key) => expectedStandardSignature(webhook, key)).join(" "),
  );
  assert.equal(
    webhook.headers["x-screenshotone-signature"],
    opensslSignature(webhook.body, "the new key"),
  );
});

test("a failure is in the body and in the headers", async () => {
  const job = await world.createJob("failed", {
    ...{ url: receiver.url("/failed"), body: "Result", accountName: "acme" },
  });
  const message = "127.0.0.2 answered 404 – nothing";
  await world.fail(job, { reason: "HostReturnedError", message, returnedStatusCode: 404 });
  assert.equal((await world.untilNotified("failed")).status, "True");

  const [webhook] = receiver.of("/failed");
  const documentation = `${publicURL}/docs/errors/host-returned-error`;
  assert.deepEqual(JSON.parse(webhook?.body.toString() ?? ""), {
    is_successful: false,
    error_code: "host_returned_error",
    error_message: message,
    documentation_url: documentation,
    returned_status_code: 404,
  });
  assert.equal(webhook?.headers["x-screenshotone-error-code"], "host_returned_error");
  assert.equal(
    webhook?.headers["x-screenshotone-error-message"],
    "127.0.0.2 answered 404 ? nothing",
  );
  assert.equal(webhook?.headers["x-screenshotone-returned-status-code"], "404");
  assert.equal(webhook?.headers["x-screenshotone-documentation-url"], documentation);
});

test("a picture that failed is an empty body with the error in the headers, signed all the same", async () => {
  const job = await world.createJob("unpictured", {
    ...{ url: receiver.url("/unpictured"), body: "Picture", accountName: "acme" },
  });
  await world.fail(job, { reason: "SelectorNotFound", message: "Nothing matches" });
  assert.equal((await world.untilNotified("unpictured")).status, "True");
  const [webhook] = receiver.of("/unpictured");
  assert.equal(webhook?.body.length, 0);
  assert.equal(webhook?.headers["x-screenshotone-error-code"], "selector_not_found");
  assert.equal(
    webhook?.headers["x-screenshotone-signature"],
    opensslSignature(Buffer.alloc(0), accountSecretKey),
  );
});

test("onFailure Omit: nothing is sent, there is no condition, and the time to live counts from the end", async () => {
  const spec = { url: receiver.url("/omitted"), accountName: "acme", onFailure: "Omit" } as const;
  const kept = await world.createJob("omitted", spec);
  const expiring = await world.createJob("expiring", spec, { ttlSecondsAfterFinished: 0 });
  await Promise.all(
    [kept, expiring].map((job) => world.fail(job, { reason: "ScriptFailed", message: "It threw" })),
  );
  const finished = await eventually("it ends", async () => {
    const job = await world.job("omitted");
    return conditionOf(job, "Succeeded")?.status === "False" ? job : undefined;
  });
  assert.equal(conditionOf(finished, "Notified"), undefined);
  await eventually("the other one is deleted", async () => !(await world.job("expiring")));
  assert.deepEqual(receiver.of("/omitted"), []);
});

test("a job is kept until its webhook is final, and then for its time to live", async () => {
  const go = Promise.withResolvers<void>();
  receiver.script("/kept", async () => {
    await go.promise;
    return { status: 200 };
  });
  const job = await world.createJob(
    "kept",
    { url: receiver.url("/kept") },
    { ttlSecondsAfterFinished: 0 },
  );
  await world.capture(job);
  await eventually("it is under way", () => receiver.of("/kept").length === 1);
  const waiting = await world.job("kept");
  assert.equal(conditionOf(waiting, "Succeeded")?.status, "True");
  assert.equal(conditionOf(waiting, "Notified")?.reason, "DeliveryPending");
  go.resolve();
  await eventually("it is deleted", async () => !(await world.job("kept")));
});

test("the API server refuses what contradicts itself, and says what to do", async () => {
  const url = receiver.url("/never");
  const signingSecretRef = { name: "hook", key: "secret" };
  await assert.rejects(
    world.createJob("twofold", { url, accountName: "acme", signingSecretRef }),
    /spec\.webhook\.accountName: .*may not come with `signingSecretRef`.*remove one/,
  );
  await assert.rejects(
    world.createJob("mute", { url, sign: false, signingSecretRef }),
    /spec\.webhook\.signingSecretRef: .*may not come with `sign` false/,
  );
  await assert.rejects(
    world.createJob("odd", { url, externalIdentifier: "a b" }),
    /externalIdentifier: .*must only contain alpha-numeric characters/,
  );
});

test("a job that no call of the account created is not signed with its key, whatever it says about itself", async () => {
  const webhook = { url: receiver.url("/genuine"), accountName: "acme" };
  const genuine = await world.createJob("genuine", webhook);
  await world.capture(genuine);
  await world.untilNotified("genuine", "True");
  assert.equal(receiver.of("/genuine").length, 1, "the control: a call of the account");

  const { labels, annotations } = (await world.job("genuine"))?.metadata ?? {};
  const spec = { ...genuine.spec, webhook: { ...webhook, url: receiver.url("/forged") } };
  const proof = { labels, annotations } as Record<string, Record<string, string>>;
  await world.installation.jobs.delete({ namespace: tenant, name: "genuine" });
  await eventually("the genuine job is gone", async () => !(await world.job("genuine")));

  const forged = [
    { name: "by-hand" },
    { name: "labelled", ...{ labels: proof["labels"] ?? {} } },
    { name: "proof-of-another", ...proof },
    // The very job that the proof is for, made anew with a webhook of its own.
    { name: "genuine", ...proof },
  ];
  for (const metadata of forged) {
    await world.capture(await world.createByHand(metadata, spec));
    const condition = await world.untilNotified(metadata.name);
    assert.equal(condition.reason, "DeliveryExhausted", metadata.name);
    assert.match(condition.message, /not created by a call of the Account 'acme'/);
  }
  assert.deepEqual(receiver.of("/forged"), []);
});

test("a missing key, or one of another namespace, ends the webhook with a sentence that says so", async () => {
  await world.createAccount("foreign", otherTenant, { secretKey: "of others" });
  await world.createSecret(tenant, "private", { secret: "not for jobs" });
  const url = receiver.url("/unsignable");
  const cases = {
    "other-account": { webhook: { accountName: "foreign" }, says: /No Account 'foreign' has/ },
    "no-account": { webhook: { accountName: "nobody" }, says: /No Account 'nobody' has/ },
    "no-label": {
      webhook: { signingSecretRef: { name: "private", key: "secret" } },
      says: /No Secret 'private' may be used.*stills\.dev\/usable-by-jobs/,
    },
    "no-secret": {
      webhook: { signingSecretRef: { name: "nothing", key: "secret" } },
      says: /No Secret 'nothing' may be used/,
    },
    "no-key": {
      webhook: { signingSecretRef: { name: "hook", key: "other" } },
      says: /The Secret 'hook' has no key 'other'/,
    },
  };
  // The key may be about to be created, so the gateway retries until the horizon.
  await controller[Symbol.asyncDispose]();
  controller = world.startController({ horizonSeconds: 0.001 });
  for (const [name, { webhook, says }] of Object.entries(cases)) {
    await world.capture(await world.createJob(name, { url, ...webhook }));
    const condition = await world.untilNotified(name);
    assert.equal(condition.reason, "DeliveryExhausted", name);
    assert.match(condition.message, says);
  }
  assert.deepEqual(receiver.of("/unsignable"), []);
});
