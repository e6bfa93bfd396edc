import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { clockAhead } from "../../support/clock-ahead.ts";
import { eventually } from "../../support/eventually.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, succeeded, tenant } from "../../support/installation/installation.ts";
import { GatedKubeAPI } from "../controller/gated-kube-api.ts";
import { bearerOf, call, createAccount } from "./callers.ts";

/** A call that is made again: its answer, or that of the API server, was lost. */

let folder: string;
let world: Installation;
let gated: GatedKubeAPI;
let gateways: GatewayProcess[];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "stills-test-"));
  world = await Installation.start();
  gated = await GatedKubeAPI.start({
    behindKubeconfigPath: world.kube.kubeconfig,
    kubeconfigPath: join(folder, "kubeconfig"),
  });
  gateways = await Promise.all([
    GatewayProcess.start(world, { KUBECONFIG: gated.kubeconfigPath }),
    GatewayProcess.start(world),
  ]);
  await createAccount(world, gateways, "shop");
});

after(async () => {
  for (const gateway of gateways ?? []) await gateway[Symbol.asyncDispose]();
  await gated?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function gateway(index: number): GatewayProcess {
  const found = gateways[index];
  assert.ok(found);
  return found;
}

async function jobNames(): Promise<string[]> {
  const { items } = await world.jobs.list({ namespace: tenant });
  return items.map(({ metadata }) => metadata.name);
}

const isCreate = ({ method, path }: { method: string; path: string }): boolean =>
  method === "POST" && path.includes("/screenshotjobs");

test("a create whose answer was lost is repeated under the same name, and makes one job", async () => {
  const held = gated.hold("AfterServer", isCreate);
  const answering = call(gateway(0), "shop");
  await held.reached;
  const [created] = await jobNames();
  held.lose();
  const answer = await answering;
  assert.equal(answer.status, 201, answer.message);
  assert.equal(answer.location, `/v1/jobs/${created}`);
  assert.deepEqual(await jobNames(), [created]);
});

test("a retry whose answer was lost makes one job, too", async () => {
  const [name = ""] = await jobNames();
  await using _worker = await world.startWorker();
  await using _controller = world.startController();
  await world.untilFinished(name);
  const held = gated.hold("AfterServer", isCreate);
  const answering = fetch(`${gateway(0).url}/v1/jobs/${name}/retry`, {
    method: "POST",
    headers: bearerOf("shop"),
  });
  await held.reached;
  held.lose();
  const answer = await answering;
  assert.deepEqual(await answer.json(), { name: `${name}-r1` });
  assert.deepEqual((await jobNames()).toSorted(), [name, `${name}-r1`]);
});

test("an Idempotency-Key is remembered by every gateway after its job is gone", async () => {
  const key = { "idempotency-key": "order-7" };
  const first = await call(gateway(0), "shop", key);
  assert.equal(first.status, 201, first.message);
  const name = first.location?.replace("/v1/jobs/", "") ?? "";
  await using worker = await world.startWorker();
  const clock = clockAhead();
  await using _controller = world.startController(undefined, {}, clock);
  assert.equal(succeeded(await world.untilFinished(name))?.reason, "Captured");

  clock.aheadMilliseconds = 700_000;
  await eventually("the job is gone", async () => (await world.job(name)) === undefined);
  const known = await jobNames();
  for (const one of gateways) {
    const again = await call(one, "shop", key);
    assert.deepEqual([again.status, again.location], [201, first.location]);
    const other = await fetch(
      `${one.url}/take?access_key=shop&url=https://example.com/other&async=true`,
      { headers: key },
    );
    assert.equal(other.status, 400);
    assert.match(await other.text(), /Idempotency-Key` was already used/);
  }
  assert.deepEqual(await jobNames(), known);
  assert.equal(worker.requestsFor(name).length, 1);
});

test("a synchronous call is answered again from what its job left", async () => {
  const query = "access_key=shop&url=https://example.com/sync&format=png&response_type=json";
  const take = async (index: number): Promise<{ status: number; body: string }> => {
    const headers = { "idempotency-key": "order-8" };
    const answer = await fetch(`${gateway(index).url}/take?${query}`, { headers });
    // Each gateway of this test is reached under its own port.
    return { status: answer.status, body: (await answer.text()).replace(/localhost:\d+/, "") };
  };
  await using worker = await world.startWorker();
  const clock = clockAhead();
  await using _controller = world.startController(undefined, {}, clock);
  const first = await take(0);
  assert.equal(first.status, 200, first.body);
  const rendered = worker.requests.length;
  clock.aheadMilliseconds = 100_000;
  await eventually("the job is gone", async () => {
    const names = await jobNames();
    return !names.some((name) => name.startsWith("take-key-"));
  });
  assert.deepEqual(await take(1), first);
  assert.equal(worker.requests.length, rendered);
});

test("the list of jobs comes in pages, and every job is in one of them", async () => {
  await Promise.all(Array.from({ length: 12 }, () => call(gateway(1), "shop")));
  const all = await jobNames();
  const answer = await fetch(`${gateway(1).url}/v1/jobs`, { headers: bearerOf("shop") });
  const { jobs } = (await answer.json()) as { jobs: { name: string }[] };
  assert.deepEqual(jobs.map(({ name }) => name).toSorted(), all.toSorted());
  const wrong = await fetch(`${gateway(1).url}/v1/jobs?continue=x`, { headers: bearerOf("shop") });
  assert.equal(wrong.status, 400);
});
