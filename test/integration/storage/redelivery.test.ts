import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { verifyProxyToken } from "../../../src/core/tokens/proxy-token.ts";
import { secrets } from "../../../src/platform/kube/resources.ts";
import { createObjectStore } from "../../../src/platform/objects/object-store.ts";
import type { ObjectStore } from "../../../src/platform/objects/object-store.ts";
import { eventually } from "../../support/eventually.ts";
import { FaultyStore } from "../../support/faulty-store.ts";
import { Installation, succeeded, tenant } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { startObjects, type TestObjects } from "../../support/servers.ts";
import { LittleSite } from "../worker/little-site.ts";
import { RecordingProxy } from "../worker/recording-proxy.ts";
import { WorkerProcess } from "../worker/worker-process.ts";

/** Copies in a customer's bucket whose service fails or hangs, and whose worker dies: a real controller, worker and browser, two S3 servers. */

/** Another picture each time it is captured. */
const unique = "<script>document.write(Math.random() + '-' + Math.random())</script>";

let installation: Installation;
let controller: RunningController;
let objects: TestObjects;
let theirs: ObjectStore;
let service: FaultyStore;
let site: LittleSite;
let proxy: RecordingProxy;
let worker: WorkerProcess;

before(async () => {
  installation = await Installation.start();
  objects = await startObjects();
  service = await FaultyStore.start(objects.endpoint);
  theirs = createObjectStore({ ...objects, pathStyle: true });
  site = await LittleSite.start({});
  proxy = await RecordingProxy.start();
  controller = installation.startController(undefined, { storageAllowsHTTP: true });
  worker = await WorkerProcess.start(installation.natsServer, proxy.url);
  await secrets(installation.transport).create({
    metadata: {
      ...{ namespace: tenant, name: "bucket" },
      labels: { "stills.dev/usable-by-jobs": "true" },
    },
    data: {
      accessKeyID: Buffer.from(objects.accessKeyID).toString("base64"),
      secretAccessKey: Buffer.from(objects.secretAccessKey).toString("base64"),
    },
  });
});

after(async () => {
  await worker?.[Symbol.asyncDispose]();
  await controller?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
  theirs?.close();
  await objects?.[Symbol.asyncDispose]();
  await installation?.[Symbol.asyncDispose]();
});

async function createJob(name: string): Promise<string> {
  site.pages[`/${name}`] = unique;
  const { metadata } = await installation.createJob(name, {
    url: `${site.url}/${name}`,
    viewport: { widthPixels: 320, heightPixels: 200, deviceScalePercent: 100 },
    backoffLimit: 0,
    activeDeadlineSeconds: 600,
    storage: {
      ...{ path: `copies/${name}`, bucket: objects.bucket, endpoint: service.endpoint },
      credentialsSecretRef: { name: "bucket" },
    },
  });
  return metadata.uid;
}

const visits = (name: string): number =>
  site.visits.filter((visited) => visited === `/${name}`).length;

/** The job has its picture, captured once, and the copy has the same bytes. */
async function assertCopied(name: string): Promise<void> {
  const job = await installation.untilFinished(name);
  assert.equal(succeeded(job)?.reason, "Captured", succeeded(job)?.message ?? "");
  assert.equal(visits(name), 1);
  const { artifact, location, attempts } = job.status ?? {};
  assert.equal(attempts, 1);
  assert.equal(location, `${service.endpoint}/${objects.bucket}/copies/${name}.png`);
  const copy = await theirs.get(`copies/${name}.png`);
  const digest = createHash("sha256")
    .update(copy?.bytes ?? "")
    .digest("hex");
  assert.equal(`sha256:${digest}`, artifact?.digest);
}

/** What the worker asked the proxy for, as `CONNECT target token`. */
const putsToService = (): string[] =>
  proxy.requests.filter((request) => request.split(" ")[1] === new URL(service.endpoint).host);

const failedPuts = (): number =>
  worker.logged("Could not put picture into the bucket of its job; trying again").length;

test("a copy goes out with a token of its own class, and only the request is repeated when its service fails", async () => {
  await service.become("Failing");
  await createJob("failing");
  await eventually("the service has failed", () => failedPuts() > 0);
  assert.equal(succeeded((await installation.job("failing"))!)?.status ?? "Unknown", "Unknown");
  await service.become("None");
  await assertCopied("failing");

  const requests = putsToService();
  assert.ok(requests.length > 1);
  const { proxyKey } = installation.controllerConfig();
  for (const request of requests) {
    const token = request.split(" ").at(-1) ?? "";
    const verdict = verifyProxyToken(token, proxyKey, Date.now());
    assert.ok(verdict.valid);
    assert.equal(verdict.grant.class, "tenant-storage");
  }
});

test("a service that never answers ends the job within its own limit", async () => {
  await service.become("Hanging");
  await createJob("hanging");
  const job = await installation.untilFinished("hanging");
  assert.equal(succeeded(job)?.reason, "BucketUnavailable");
  assert.match(succeeded(job)?.message ?? "", /could not be reached, or did not answer in time/);
  assert.equal(visits("hanging"), 1);
  assert.equal(job.status?.location, undefined);
  await service.become("None");
});

test("a worker that dies while it copies leaves the picture, and the next one copies those bytes", async () => {
  await service.become("Hanging");
  const earlier = putsToService().length;
  const uid = await createJob("orphaned");
  await eventually("the picture is stored", async () => {
    const keys = await installation.store.keysWith(`artifacts/${tenant}/${uid}/`);
    return keys.length === 1;
  });
  await eventually("its copy is on the way", () => putsToService().length > earlier);
  await worker.kill();
  await service.become("None");
  worker = await WorkerProcess.start(installation.natsServer, proxy.url);
  await assertCopied("orphaned");
  assert.equal(await controller.metric('stills_attempt_questions_total{answer="Stored"}'), 1);
});
