import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ScreenshotJob, ScreenshotJobSpec } from "../../../src/api/kinds/resource-types.ts";
import { subjects } from "../../../src/api/messages/subjects.ts";
import { annotations, apiVersion, labels } from "../../../src/api/settings/kubernetes-names.ts";
import { screenshotJobs } from "../../../src/platform/kube/resources.ts";
import type { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { capturesOnStream } from "../../../src/platform/nats/stream-state.ts";
import { eventually } from "../../support/eventually.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, otherTenant, tenant } from "../../support/installation/installation.ts";
import { connectAsLimitedUser, editRules } from "../../support/installation/limited-user.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import type { StubWorker } from "../../support/installation/stub-worker.ts";
import { call as callAsynchronously, createAccount } from "../gateway/callers.ts";
import { HeldCaptures } from "./held-captures.ts";

/**
 * A user who may edit jobs, also in the namespace of an account, and makes jobs that claim to be a synchronous call: they get none of the
 * places that are kept for such calls, no turn before one, and no address of a gateway to send a picture to.
 */

const slots = 4;
const queued = 'stills_pool_queued_jobs{pool="default"}';

let world: Installation;
let gateway: GatewayProcess;
let controller: RunningController;
let worker: StubWorker;
let attacker: KubeTransport;
const captures = new HeldCaptures();

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  controller = world.startController();
  await createAccount(world, [gateway], "shop");
  const rights = { [tenant]: editRules, [otherTenant]: editRules };
  attacker = await connectAsLimitedUser(world, "mallory", rights);
  worker = await world.startWorker({ slots, behave: captures.behave });
  for (let number = 0; number < 6 * slots; number += 1)
    await world.createJob(`in-front-${number}`, { priority: "Batch" }, otherTenant);
  await eventually("every slot is busy", () => worker.requests.length === slots);
});

after(async () => {
  captures.endAll();
  await worker?.[Symbol.asyncDispose]();
  await attacker?.close();
  await controller?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function seen(make: () => Promise<void>): Promise<void> {
  const waiting = await controller.metric(queued);
  await make();
  await eventually("it waits", async () => (await controller.metric(queued)) > waiting);
}

/** Starts a synchronous call. Returns its job, which is on its way to a worker, and its answer to come. */
async function call(): Promise<{ job: ScreenshotJob; answer: Promise<Response> }> {
  const query = new URLSearchParams({ access_key: "shop", url: "https://example.com/" });
  const before = new Set((await world.jobs.list({ namespace: tenant })).items.map(nameOf));
  const answer = fetch(`${gateway.url}/take?${query.toString()}`);
  const job = await eventually("the call has a job", async () => {
    const { items } = await world.jobs.list({ namespace: tenant });
    return items.find((one) => !before.has(nameOf(one)));
  });
  await eventually("it is on the stream", () => isOnStream(job));
  return { job, answer };
}

function nameOf({ metadata }: ScreenshotJob): string {
  return metadata.name;
}

async function isOnStream({ metadata }: ScreenshotJob): Promise<boolean> {
  const captured = await capturesOnStream(world.nats);
  return captured.subjects.has(subjects.capture("default", metadata.uid));
}

async function forge(
  metadata: Partial<ScreenshotJob["metadata"]>,
  spec: object,
): Promise<ScreenshotJob> {
  let forged: ScreenshotJob | undefined;
  await seen(async () => {
    forged = await screenshotJobs(attacker).create({
      ...{ apiVersion, kind: "ScreenshotJob", metadata, spec },
    } as unknown as ScreenshotJob);
  });
  assert.ok(forged !== undefined);
  return forged;
}

/** What a user can copy of a job. */
function copied({ metadata }: ScreenshotJob) {
  const { labels: given = {}, annotations: notes = {} } = metadata;
  return { labels: given, annotations: notes };
}

test("jobs that claim to be a synchronous call wait behind one, and send no picture to a gateway", async () => {
  const first = await call();
  const { spec } = first.job;
  assert.equal(spec.priority, "Synchronous");
  assert.ok(first.job.metadata.annotations?.[annotations.reply] !== undefined);
  const claim: Partial<ScreenshotJobSpec> = {
    url: "https://example.com/",
    priority: "Synchronous",
  };

  const before = await controller.metric(queued);
  const accepted = await callAsynchronously(gateway, "shop");
  await eventually("it waits", async () => (await controller.metric(queued)) > before);
  const name = accepted.location?.split("/").at(-1) ?? "";
  const asynchronous = await world.jobs.get({ namespace: tenant, name });
  assert.equal(asynchronous.spec.priority, "Batch");
  const waiting = await controller.metric(queued);
  await screenshotJobs(attacker).delete({ namespace: tenant, name });
  await eventually("it is gone", async () => (await controller.metric(queued)) < waiting);

  const forged = [
    await forge({ namespace: otherTenant, name: "bare" }, claim),
    await forge(
      { namespace: tenant, name: "labelled", labels: { [labels.account]: "shop" } },
      claim,
    ),
    await forge({ namespace: tenant, name: "copied", ...copied(first.job) }, spec),
    await forge({ namespace: otherTenant, name: nameOf(first.job), ...copied(first.job) }, spec),
    await forge(
      { namespace: tenant, name, ...copied(asynchronous) },
      { ...asynchronous.spec, ...claim },
    ),
  ];
  const second = await call();
  for (const job of forged) assert.equal(await isOnStream(job), false, nameOf(job));
  for (const { job } of [first, second])
    assert.equal((await captures.endOne(worker)).name, nameOf(job));

  // All run some time, with no address to send a picture to; the call itself has one.
  captures.endAll();
  for (const { answer } of [first, second]) assert.equal((await answer).status, 200);
  for (const job of forged) await world.untilFinished(nameOf(job), job.metadata.namespace);
  const uids = new Set(forged.map(({ metadata }) => metadata.uid));
  const requests = worker.requests.filter(({ job }) => uids.has(job.uid));
  assert.equal(requests.length, forged.length);
  for (const request of requests) assert.equal(request.reply, undefined, request.job.name);
  const ofCall = worker.requests.find(({ job }) => job.uid === first.job.metadata.uid);
  assert.ok(ofCall?.reply !== undefined, "the control");
});
