import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { labels } from "../../../src/api/settings/kubernetes-names.ts";
import { namespaces } from "../../../src/platform/kube/resources.ts";
import { capturesOnStream } from "../../../src/platform/nats/stream-state.ts";
import { eventually } from "../../support/eventually.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, tenant } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import type { StubWorker } from "../../support/installation/stub-worker.ts";
import { createAccount } from "../gateway/callers.ts";
import { HeldCaptures } from "./held-captures.ts";

/**
 * Two thousand batch jobs of a hundred namespaces in front, and calls whose callers wait. The captures of the stub worker last until the test
 * ends them: what a call costs is counted in captures that begin before its own.
 */

const slots = 4;
const batchNamespaces = Array.from({ length: 100 }, (_, index) => `batch-${index}`);
const jobsPerNamespace = 20;
const queued = 'stills_pool_queued_jobs{pool="default"}';

let world: Installation;
let gateway: GatewayProcess;
let controller: RunningController;
let worker: StubWorker;
const captures = new HeldCaptures();

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  controller = world.startController();
  await createAccount(world, [gateway], "shop");
  await createAccount(world, [gateway], "modest", { limits: { maxPriority: "Batch" } });
  await createBatches();
  worker = await world.startWorker({ slots, behave: captures.behave });
  await eventually("every slot is busy", () => worker.requests.length === slots);
});

after(async () => {
  captures.endAll();
  await worker?.[Symbol.asyncDispose]();
  await controller?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function createBatches(): Promise<void> {
  for (const name of batchNamespaces)
    await namespaces(world.transport).create({ metadata: { name } });
  for (let index = 0; index < jobsPerNamespace; index += 1)
    await Promise.all(
      batchNamespaces.map((namespace) =>
        world.createJob(
          `page-${index}`,
          { priority: "Batch", activeDeadlineSeconds: 3600 },
          namespace,
        ),
      ),
    );
  const count = batchNamespaces.length * jobsPerNamespace;
  await eventually("all wait", async () => (await controller.metric(queued)) === count);
}

/** A synchronous call; its job waits or is on its way to a worker when this resolves. */
async function call(
  account = "shop",
  signal: AbortSignal | null = null,
): Promise<{ answer: Promise<Response> }> {
  const waiting = await controller.metric(queued);
  const query = new URLSearchParams({ access_key: account, url: "https://example.com/" });
  const answer = fetch(`${gateway.url}/take?${query.toString()}`, { signal });
  await eventually("the job waits", async () => (await controller.metric(queued)) > waiting);
  return { answer };
}

/** Ends captures until that of a call begins. Returns how many others began before it. */
async function begunBeforeCall(): Promise<number> {
  for (let others = 0; others < 3 * slots; others += 1)
    if ((await captures.endOne(worker)).namespace === tenant) return others;
  return Infinity;
}

/** Ends the captures that run; others begin meanwhile. */
async function endRunning(): Promise<void> {
  for (let ended = 0; ended < slots; ended += 1) await captures.endOne(worker);
}

test("what waits in front leaves the places above the slots free", async () => {
  assert.equal((await capturesOnStream(world.nats)).subjects.size, slots);
});

test("a synchronous call begins when the first running capture ends, whatever waits in front", async () => {
  for (let round = 0; round < 5; round += 1) {
    const { answer } = await call();
    assert.equal(await begunBeforeCall(), 0);
    await endRunning();
    assert.equal((await answer).status, 200);
  }
});

test("calls that arrive together begin one after the other, and nothing between them", async () => {
  const calls = [await call(), await call()];
  assert.deepEqual([await begunBeforeCall(), await begunBeforeCall()], [0, 0]);
  await endRunning();
  for (const { answer } of calls) assert.equal((await answer).status, 200);
});

test("however many calls wait, each ninth capture is of a batch", async () => {
  const calls: Promise<Response>[] = [];
  for (let count = 0; count < 27; count += 1) calls.push((await call()).answer);
  const begun: string[] = [];
  for (let count = 0; count < 27; count += 1)
    begun.push((await captures.endOne(worker)).namespace === tenant ? "S" : "B");
  const ofBatches = begun.filter((letter) => letter === "B").length;
  assert.ok(ofBatches >= 2 && ofBatches <= 4, begun.join(""));
  for (let count = 0; count < 3; count += 1) await endRunning();
  for (const answer of calls) assert.equal((await answer).status, 200);
});

test("the wait of each class is reported", async () => {
  const countOf = async (priority: string) =>
    await controller.metric(`stills_job_wait_seconds_count{priority="${priority}"}`);
  assert.equal(await countOf("Synchronous"), 5 + 2 + 27);
  assert.ok((await countOf("Batch")) >= slots);
  assert.equal(await countOf("Interactive"), 0);
  const oldest = async (priority: string) =>
    await controller.metric(`stills_oldest_wait_seconds{priority="${priority}"}`);
  assert.ok((await oldest("Batch")) > 0);
  assert.equal(await oldest("Synchronous"), 0);
});

test("an account's limit has its calls wait in a lower class", async () => {
  const leaving = new AbortController();
  const { answer } = await call("modest", leaving.signal);
  const { items } = await world.jobs.list({ namespace: tenant });
  const own = items.filter(({ metadata }) => metadata.labels?.[labels.account] === "modest");
  assert.deepEqual(
    own.map(({ spec }) => spec.priority),
    ["Batch"],
  );
  const begun = await captures.endOne(worker);
  assert.notEqual(begun.namespace, tenant);
  leaving.abort();
  await assert.rejects(answer, { name: "AbortError" });
});
