import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { FaultyStore } from "../../support/faulty-store.ts";
import type { StoreFault } from "../../support/faulty-store.ts";
import {
  Installation,
  operatorNamespace,
  succeeded,
  tenant,
} from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { LittleSite } from "../worker/little-site.ts";
import { RecordingProxy } from "../worker/recording-proxy.ts";
import { WorkerProcess } from "../worker/worker-process.ts";

/** The object store is away while pictures wait for it: a real controller, worker, browser and S3 server with a faulty way to it. */

const awaySeconds = Number(process.env["STILLS_TEST_STORE_AWAY_SECONDS"] ?? 20);
const jobsAtATime = 4;

let installation: Installation;
let store: FaultyStore;
let site: LittleSite;
let proxy: RecordingProxy;
let controller: RunningController;
let worker: WorkerProcess;

before(async () => {
  installation = await Installation.start();
  store = await FaultyStore.start(installation.objects.endpoint);
  site = await LittleSite.start({});
  proxy = await RecordingProxy.start();
  const config = installation.controllerConfig();
  controller = installation.startController(undefined, {
    store: { ...config.store, endpoint: store.endpoint },
  });
  worker = await WorkerProcess.start(installation.natsServer, proxy.url, {
    STILLS_SLOTS: "2",
  });
});

after(async () => {
  await worker?.[Symbol.asyncDispose]();
  await controller?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
  await installation?.[Symbol.asyncDispose]();
});

async function createJobs(prefix: string, length = jobsAtATime): Promise<string[]> {
  const names = Array.from({ length }, (_, index) => `${prefix}-${index}`);
  for (const name of names) {
    site.pages[`/${name}`] = `<p>${name}</p>`;
    await installation.createJob(name, {
      url: `${site.url}/${name}`,
      viewport: { widthPixels: 320, heightPixels: 200, deviceScalePercent: 100 },
      // A single counted attempt, so one that is counted wrongly ends the job.
      backoffLimit: 0,
      activeDeadlineSeconds: 3600,
    });
  }
  return names;
}

const visits = (path: string): number => site.visits.filter((visited) => visited === path).length;

async function createHeld(name: string): Promise<string> {
  const path = `/held/${name}`;
  const url = `${site.url}${path}`;
  await installation.createJob(name, { url, backoffLimit: 0, activeDeadlineSeconds: 3600 });
  await eventually("a page is being captured", () => visits(path) > 0);
  return name;
}

/** Every job has its picture, whose bytes are those that its status names, after one attempt. */
async function assertCaptured(names: readonly string[]): Promise<void> {
  for (const job of await installation.untilAllFinished(names)) {
    const { name } = job.metadata;
    assert.equal(succeeded(job)?.reason, "Captured", `${name}: ${succeeded(job)?.message}`);
    assert.equal(job.status?.attempts, 1, name);
    const { key = "", digest } = job.status?.artifact ?? {};
    const facts = await installation.store.head(key);
    assert.equal(`sha256:${facts?.metadata["sha256"]}`, digest, name);
  }
}

for (const fault of ["Refusing", "Failing", "Hanging", "Slow"] as const satisfies StoreFault[])
  test(`jobs of a store that is ${fault.toLowerCase()} wait, and each page is captured once`, async () => {
    const prefix = fault.toLowerCase();
    const held = await createHeld(`${prefix}-held`);
    const until = performance.now() + awaySeconds * 1000;
    await store.become(fault);
    site.release();
    const early = await createJobs(`${prefix}-early`);
    if (fault !== "Slow") await untilNoticed();
    const late = await createJobs(`${prefix}-late`);
    await eventually("the store has been away for a while", () => performance.now() > until, {
      limitSeconds: 3600,
    });
    // A slow store is none that is away.
    const dispatched = late.filter((name) => visits(`/${name}`) > 0);
    if (fault !== "Slow") assert.deepEqual(dispatched, [], "nothing new was dispatched");

    await store.become("None");

    await assertCaptured([held, ...early, ...late]);
    for (const name of [...early, ...late]) assert.equal(visits(`/${name}`), 1, name);
    assert.equal(visits(`/held/${held}`), 1);
  });

async function untilNoticed(): Promise<void> {
  const metric = "stills_object_store_available";
  await eventually("the controller notices", async () => (await controller.metric(metric)) === 0);
  await eventually("the pool says why nothing is captured", async () => {
    const pool = await installation.pools.get({ namespace: operatorNamespace, name: "default" });
    return pool.status?.conditions?.some(({ reason }) => reason === "StoreUnavailable");
  });
}

test("an upload whose answer was lost is known as stored, and written once", async () => {
  store.loseNextAnswer();
  const [name = ""] = await createJobs("lost-answer", 1);

  await assertCaptured([name]);

  assert.ok(store.hasLostAnswer);
  assert.equal(visits(`/${name}`), 1);
  const { uid = "" } = (await installation.job(name))?.metadata ?? {};
  assert.deepEqual(await installation.store.keysWith(`artifacts/${tenant}/${uid}/`), [
    `artifacts/${tenant}/${uid}/1.png`,
  ]);
});

test("a job whose time is over while the store is away says that the store did not answer", async () => {
  await store.become("Failing");
  await untilNoticed();
  await installation.createJob("overdue", {
    url: `${site.url}/overdue`,
    activeDeadlineSeconds: 10,
  });

  const job = await installation.untilFinished("overdue");

  assert.equal(succeeded(job)?.reason, "StorageUnavailable");
  assert.match(
    succeeded(job)?.message ?? "",
    /within 10 seconds.*; the object store did not answer at that time$/,
  );
  assert.equal(visits("/overdue"), 0);
  await store.become("None");
});
