import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ScreenshotJob } from "../../../src/api/kinds/resource-types.ts";
import type { RoleProcess } from "../../support/installation/role-process.ts";
import type { ControllerProcess } from "../../support/installation/controller-process.ts";
import { StreamingReceiver } from "./streaming-receiver.ts";
import type { StreamedWebhook } from "./streaming-receiver.ts";
import {
  accountSecretKey,
  conditionOf,
  keyOfPicture,
  WebhookInstallation,
} from "./webhook-installation.ts";

/** Pictures of 100 MB as webhooks: what they cost gateways and controllers, and what becomes of one that is interrupted. */
const megabyte = 1_000_000;
const pictureBytes = 105 * megabyte;

let receiver: StreamingReceiver;
let world: WebhookInstallation;
let controller: ControllerProcess;
/** Random, so that no other object has its digest. */
const picture = randomFillSync(Buffer.alloc(pictureBytes));

before(async () => {
  receiver = await StreamingReceiver.start(accountSecretKey);
  world = await WebhookInstallation.start([receiver.authority]);
  controller = await world.startControllerProcess();
  await controller.untilLeading();
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

async function captured(name: string, bytes: Buffer<ArrayBuffer>): Promise<ScreenshotJob> {
  const url = receiver.url(`/${name}`);
  const job = await world.createJob(name, { url, body: "Picture", accountName: "acme" });
  await world.capture(job, bytes);
  return job;
}

function assertWhole(
  webhook: StreamedWebhook | undefined,
  job: ScreenshotJob,
  bytes: Buffer<ArrayBuffer>,
): void {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  assert.deepEqual([webhook?.isComplete, webhook?.sha256], [true, sha256]);
  assert.equal(webhook?.headers["webhook-id"], job.metadata.uid);
  assert.equal(webhook?.headers["x-screenshotone-signature"], webhook?.signature);
}

/** By how much the peak of its resident memory grows meanwhile. */
async function growthOf(processes: RoleProcess[], work: () => Promise<unknown>): Promise<number[]> {
  for (const each of processes) await each.forgetPeakMemory();
  const before = await Promise.all(processes.map((each) => each.peakMemoryBytes()));
  await work();
  const peaks = await Promise.all(processes.map((each) => each.peakMemoryBytes()));
  return peaks.map((peak, index) => peak - (before[index] ?? 0));
}

/** The same for a process that reads the object as a whole, as gateways and controllers did. */
async function growthOfWholeReading(key: string): Promise<number> {
  const { endpoint, region, bucket, accessKeyID, secretAccessKey } = world.installation.objects;
  const script = fileURLToPath(new URL("whole-reading.ts", import.meta.url));
  const settings = { endpoint, region, bucket, accessKeyID, secretAccessKey };
  const { stdout } = await promisify(execFile)(process.execPath, [
    script,
    JSON.stringify(settings),
    key,
  ]);
  return Number(stdout);
}

test("three pictures of 105 MB at a time take of a gateway and a controller less memory than one of them", async (t) => {
  await using gateway = await world.startGateway();
  const warm = await captured("warm", picture.subarray(0, megabyte));
  assert.equal((await world.untilNotified("warm")).status, "True");
  assertWhole(receiver.of("/warm")[0], warm, picture.subarray(0, megabyte));

  const names = ["one", "two", "three"];
  const jobs: ScreenshotJob[] = [];
  const growth = await growthOf([gateway, controller], async () => {
    for (const name of names) jobs.push(await captured(name, picture));
    for (const name of names) assert.equal((await world.untilNotified(name)).status, "True");
  });
  for (const [index, job] of jobs.entries())
    assertWhole(receiver.of(`/${names[index]}`)[0], job, picture);

  const ofWhole = await growthOfWholeReading(keyOfPicture(jobs[0]!));
  const [ofGateway = 0, ofController = 0] = growth;
  t.diagnostic(`gateway ${ofGateway}, controller ${ofController}, one read as a whole ${ofWhole}`);
  assert.ok(ofWhole > pictureBytes, `the measure sees what is held: ${ofWhole}`);
  assert.ok(ofGateway < pictureBytes, `the gateway grew by ${ofGateway}`);
  assert.ok(ofController < pictureBytes, `the controller grew by ${ofController}`);
});

test("a receiver that takes longer than ten seconds gets all of it", async () => {
  await using _gateway = await world.startGateway();
  const bytes = picture.subarray(0, 24 * megabyte);
  const began = performance.now();
  receiver.script("/slow", {
    onPiece: (received) => {
      // Two megabytes a second.
      const due = began + received / 2_000;
      return new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    },
  });
  const job = await captured("slow", bytes);
  assert.equal((await world.untilNotified("slow")).status, "True");
  assertWhole(receiver.of("/slow")[0], job, bytes);
  assert.equal(receiver.of("/slow").length, 1);
});

test("a receiver that answers 413 and closes is heard, and is sent no picture", async () => {
  const requests: string[] = [];
  receiver.script("/full", {
    receptions: [
      (request, response) => {
        requests.push(String(request.headers["content-length"]));
        response.writeHead(413, { connection: "close" }).end();
      },
      (_request, response) => response.writeHead(410, { connection: "close" }).end(),
    ],
  });
  await using _sender = await world.startSender();
  await captured("full", picture);
  const condition = await world.untilNotified("full");
  assert.deepEqual([condition.status, condition.reason], ["False", "ReceiverGone"]);
  assert.equal(condition.message, "The receiver answered 410");
  assert.deepEqual(requests, [String(pictureBytes)]);
  assert.deepEqual(receiver.of("/full"), []);
});

test("a picture that is replaced after it was signed is not sent, and the condition says so", async () => {
  const bytes = picture.subarray(0, 2 * megabyte);
  const other = Buffer.from(bytes).fill(0, 0, 1);
  receiver.script("/replaced", {
    receptions: [
      async (request, response) => {
        await world.installation.store.put(keyOfPicture(job), other, { mediaType: "image/png" });
        response.writeContinue();
        request.resume();
        request.once("close", () => closed.resolve(request.complete));
      },
    ],
  });
  const closed = Promise.withResolvers<boolean>();
  const url = receiver.url("/replaced");
  const job = await world.createJob("replaced", { url, body: "Picture", accountName: "acme" });
  await using _sender = await world.startSender();
  await world.capture(job, bytes);
  const condition = await world.untilNotified("replaced");
  assert.deepEqual([condition.status, condition.reason], ["False", "DeliveryExhausted"]);
  assert.equal(condition.message, "The picture no longer exists in the object store");
  assert.equal(await closed.promise, false, "the receiver got no whole message");
});

test("a gateway killed in the middle of a picture: the next one sends it once, with the same webhook-id", async () => {
  const begun = Promise.withResolvers<void>();
  receiver.script("/killed", {
    onPiece: (received) => {
      if (received > 8 * megabyte) begun.resolve();
      return undefined;
    },
  });
  await using first = await world.startGateway();
  const job = await captured("killed", picture);
  await begun.promise;
  await first.kill();
  assert.equal(conditionOf(await world.job("killed"), "Notified")?.status, "Unknown");

  await using _second = await world.startGateway();
  assert.equal((await world.untilNotified("killed")).status, "True");
  const tries = receiver.of("/killed");
  assert.deepEqual(
    tries.map(({ isComplete, headers }) => [isComplete, headers["webhook-id"]]),
    [
      [false, job.metadata.uid],
      [true, job.metadata.uid],
    ],
  );
  assertWhole(tries[1], job, picture);
});

test("a picture above the limit ends its webhook at once, with size and limit, and nothing is sent", async () => {
  await using _sender = await world.startSender();
  const url = receiver.url("/above");
  const job = await world.createJob("above", { url, body: "Picture", accountName: "acme" });
  await world.reportPicture(job, { sizeBytes: 150 * megabyte });
  const condition = await world.untilNotified("above");
  assert.deepEqual([condition.status, condition.reason], ["False", "DeliveryTooLarge"]);
  assert.match(condition.message, /has 150000000 bytes, more than the 134217728 that a webhook/);
  assert.equal(conditionOf(await world.job("above"), "Succeeded")?.status, "True");
  assert.deepEqual(receiver.of("/above"), []);
});
