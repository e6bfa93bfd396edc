import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { failureReasons, reasonEntry } from "../../../src/api/reasons/reasons.ts";
import type { Reason } from "../../../src/api/reasons/reasons.ts";
import type { ScreenshotJob } from "../../../src/api/kinds/resource-types.ts";
import { events } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { takePicture } from "../../support/installation/stub-worker.ts";
import type { Behaviour, StubWorker } from "../../support/installation/stub-worker.ts";
import {
  operatorNamespace,
  otherTenant,
  succeeded,
  tenant,
  Installation,
} from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

/** What the worker does is decided by the job's name, so that the tests need not wait for one another. */
const scripts = new Map<string, Behaviour>();
const behave: Behaviour = async (request, worker) =>
  await (scripts.get(request.job.name) ?? takePicture)(request, worker);
const fail =
  (reason: Reason): Behaviour =>
  async () => ({ kind: "Failed", reason, message: "It went wrong" });
const never: Behaviour = async () => undefined;

let world: Installation;
let controller: RunningController;
let worker: StubWorker;

before(async () => {
  world = await Installation.start({ pools: ["default", "empty"] });
  controller = world.startController();
  worker = await world.startWorker({ slots: 16, behave });
});

after(async () => {
  await worker?.[Symbol.asyncDispose]();
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

test("a failure that a retry can help is retried, and the status has the number before", async () => {
  const seenInStatus: (number | undefined)[] = [];
  scripts.set("retried", async (request, stub) => {
    seenInStatus.push((await world.job("retried"))?.status?.attempts);
    return request.attempt < 3
      ? { kind: "Failed", reason: "BrowserFailed", message: "It broke off" }
      : await takePicture(request, stub);
  });
  await world.createJob("retried");
  const job = await world.untilFinished("retried");
  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(job.status?.attempts, 3);
  assert.deepEqual(seenInStatus, [undefined, 2, 3]);
  assert.match(job.status?.artifact?.key ?? "", /\/3\.png$/);
});

test("the attempts that backoffLimit allows end with the last failure's reason, and an Event", async () => {
  scripts.set("hopeless", fail("BrowserFailed"));
  await world.createJob("hopeless", { backoffLimit: 1 });
  const job = await world.untilFinished("hopeless");
  assert.equal(succeeded(job)?.status, "False");
  assert.equal(succeeded(job)?.reason, "BrowserFailed");
  assert.match(succeeded(job)?.message ?? "", /It went wrong/);
  assert.equal(job.status?.attempts, 2);
  assert.equal(worker.requestsFor("hopeless").length, 2);
  await eventually("the Event is there", async () => {
    const found = await events(world.transport).list({ namespace: tenant });
    return found.items.some(
      ({ regarding, reason, type }) =>
        regarding.name === "hopeless" && reason === "BrowserFailed" && type === "Warning",
    );
  });
});

/** An attempt that only the object store failed does not count; its job ends with its deadline. */
const countedReasons = failureReasons.filter((reason) => reason !== "StorageUnavailable");

test("each fault of the job or its page is told after one attempt, each fault of Stills or the network after another one", async () => {
  const attempts = await Promise.all(
    countedReasons.map(async (reason) => {
      const name = reason.toLowerCase();
      scripts.set(name, fail(reason));
      await world.createJob(name, { backoffLimit: 1 });
      const job = await world.untilFinished(name);
      assert.equal(succeeded(job)?.reason, reason);
      assert.match(succeeded(job)?.message ?? "", /^It went wrong$/);
      return [reason, worker.requestsFor(name).length] as const;
    }),
  );
  for (const [reason, count] of attempts)
    assert.equal(count, /^(Stills|Network)$/.test(reasonEntry(reason).fault ?? "") ? 2 : 1, reason);
});

test("a job whose time is over while it waits for a retry tells the last failure", async () => {
  scripts.set("overdue", async (request, stub) =>
    request.attempt === 1 ? await fail("BrowserFailed")(request, stub) : undefined,
  );
  await world.createJob("overdue", { activeDeadlineSeconds: 6 });
  const job = await world.untilFinished("overdue");
  assert.equal(succeeded(job)?.reason, "BrowserFailed");
  assert.match(succeeded(job)?.message ?? "", /^It went wrong\. The job did not finish within 6 s/);
  assert.equal(worker.requestsFor("overdue").length, 2);
});

test("attempts that only the object store failed do not count against backoffLimit", async () => {
  scripts.set("unstored", async (request, stub) =>
    stub.requestsFor("unstored").length < 3
      ? await fail("StorageUnavailable")(request, stub)
      : await takePicture(request, stub),
  );
  await world.createJob("unstored", { backoffLimit: 0 });
  const job = await world.untilFinished("unstored");
  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(job.status?.attempts, 1);
  assert.equal(job.status?.lastFailure?.reason, "StorageUnavailable");
});

test("startDeadlineSeconds ends a job that no worker picks up", async () => {
  await world.createJob("untaken", { poolName: "empty", startDeadlineSeconds: 2 });
  const job = await world.untilFinished("untaken");
  assert.equal(succeeded(job)?.reason, "StartDeadlineExceeded");
  assert.equal(job.status?.attempts, 0);
});

test("a suspended job waits, says so, and goes on when it is resumed", async () => {
  await world.createJob("paused", { suspend: true });
  await world.untilReason("paused", "Suspended");
  assert.equal(worker.requestsFor("paused").length, 0);
  await world.patchSpec("paused", { suspend: false });
  assert.equal(succeeded(await world.untilFinished("paused"))?.reason, "Captured");
});

test("cancel ends a job that waits and one that a worker holds", async () => {
  scripts.set("held", never);
  await world.createJob("waiting", { poolName: "empty" });
  const held = await world.createJob("held");
  await eventually("the worker has it", () => worker.requestsFor("held").length > 0);
  for (const name of ["waiting", "held"]) {
    await world.patchSpec(name, { cancel: true });
    const job = await world.untilFinished(name);
    assert.equal(succeeded(job)?.status, "False");
    assert.equal(succeeded(job)?.reason, "Cancelled");
  }
  await eventually("the worker is told to stop", () =>
    worker.cancelled.includes(held.metadata.uid),
  );
});

test("a job that is deleted while a worker holds it is cancelled and gets no ticket", async () => {
  scripts.set("deleted", never);
  const { metadata } = await world.createJob("deleted");
  const request = await eventually("the worker has it", () => worker.requestsFor("deleted")[0]);
  await world.jobs.delete({ namespace: tenant, name: "deleted" });
  await eventually("the worker is told to stop", () => worker.cancelled.includes(metadata.uid));
  const answer = await worker.askUpload(request, Buffer.from("late"));
  assert.equal(answer.kind, "Refused");
  assert.equal((await worker.askAttempt(request)).kind, "Finished");
});

test("a pool that does not exist, and one that is closed to the namespace, are named", async () => {
  await world.createPool("closed", { allowedNamespaces: [otherTenant] });
  await world.createJob("homeless", { poolName: "nowhere" });
  await world.createJob("outsider", { poolName: "closed" });
  const homeless = await world.untilFinished("homeless");
  assert.equal(succeeded(homeless)?.reason, "PoolNotFound");
  assert.match(succeeded(homeless)?.message ?? "", /'nowhere'/);
  const outsider = await world.untilFinished("outsider");
  assert.equal(succeeded(outsider)?.reason, "NamespaceNotAllowed");
});

test("a pool that is created right after its first job takes it", async () => {
  await world.createJob("early", { poolName: "late" });
  await world.createPool("late");
  await world.untilReason("early", "Queued");
  await world.patchSpec("early", { cancel: true });
  await world.untilFinished("early");
});

test("a picture that its worker did not copy into the job's own bucket is no success", async () => {
  await world.createJob("own-bucket", {
    backoffLimit: 0,
    storage: { path: "a", bucket: "acme-shots", credentialsSecretRef: { name: "my-bucket" } },
  });
  const job = await world.untilFinished("own-bucket");
  assert.equal(succeeded(job)?.reason, "InternalError");
  assert.match(succeeded(job)?.message ?? "", /did not put the picture into the job's own bucket/);
  assert.equal(job.status?.location, undefined);
});

test("a job with a webhook ends with its delivery pending", async () => {
  await world.createJob("hooked", { webhook: { url: "https://hooks.example.com/shots" } });
  const job = await world.untilFinished("hooked");
  const notified = job.status?.conditions?.find(({ type }) => type === "Notified");
  assert.equal(notified?.status, "Unknown");
  assert.equal(notified?.reason, "DeliveryPending");
  assert.equal(succeeded(job)?.reason, "Captured");
});

test("a worker cannot report a job it was not given, nor another attempt's object", async () => {
  scripts.set("victim", never);
  scripts.set("liar", async ({ job }) => ({
    kind: "Captured",
    artifact: {
      bucket: world.objects.bucket,
      key: `artifacts/${otherTenant}/${job.uid}/1.png`,
      ...{ digest: `sha256:${"0".repeat(64)}`, sizeBytes: 1, mediaType: "image/png" },
    },
    timingsMilliseconds: {},
    warnings: [],
  }));
  const refused = 'stills_results_total{outcome="TokenWrong"}';
  await world.createJob("victim");
  const request = await eventually("the worker has it", () => worker.requestsFor("victim")[0]);
  await worker.report(
    { ...request, attempt: 2 },
    { kind: "Failed", reason: "BrowserFailed", message: "x" },
  );
  await eventually("it is refused", async () => (await controller.metric(refused)) === 1);
  assert.equal(
    succeeded((await world.job("victim")) as ScreenshotJob)?.status ?? "Unknown",
    "Unknown",
  );
  await assert.rejects(worker.askUpload({ ...request, attempt: 2 }, Buffer.from("x")), {
    reason: "RequestMalformed",
  });
  await world.createJob("liar");
  assert.equal(succeeded(await world.untilFinished("liar"))?.reason, "RequestMalformed");
});

test("namespaces take turns", async () => {
  const order: string[] = [];
  await world.createPool("narrow");
  await world.createJobs("many", 8, { poolName: "narrow" });
  await world.createJob("single", { poolName: "narrow" }, otherTenant);
  const waiting = 'stills_pool_queued_jobs{pool="narrow"}';
  await eventually("all wait", async () => (await controller.metric(waiting)) === 9);
  await using _narrow = await world.startWorkerAs("admin", {
    pool: "narrow",
    slots: 1,
    behave: async (request, stub) => {
      order.push(request.job.name);
      return await takePicture(request, stub);
    },
  });
  await world.untilFinished("single", otherTenant);
  assert.ok(order.indexOf("single") <= 2, order.join(" "));
});

test("a pool without workers says so", async () => {
  const pool = await eventually("its condition is written", async () => {
    const found = await world.pools.get({ namespace: operatorNamespace, name: "empty" });
    return found.status?.conditions === undefined ? undefined : found;
  });
  const ready = pool.status?.conditions?.find(({ type }) => type === "Ready");
  assert.equal(ready?.status, "False");
  assert.equal(ready?.reason, "NoWorkers");
});

test("a status that the API server refuses is counted and not retried", async () => {
  const name = "screenshotjobs.stills.dev";
  await world.createJob("probe", { suspend: true });
  /** The API server goes on with the old schema for a moment, so a status that the new one decides on is tried out. */
  const limitAttempts = async (maximum: number, acceptsOne: boolean): Promise<void> => {
    await eventually("the definition is changed", async () => {
      const definition = await world.definitions.get({ name });
      attemptsSchemaOf(definition)["maximum"] = maximum;
      await world.definitions.replace(definition);
      return true;
    });
    await eventually("the API server validates by the new definition", async () => {
      return (await world.acceptsStatus("probe", { attempts: 1 })) === acceptsOne;
    });
  };
  const refused = "stills_status_refused_total";
  await limitAttempts(0, false);
  await world.createJob("refused");
  await eventually("it is refused", async () => (await controller.metric(refused)) >= 1);
  const countAtFirst = await controller.metric(refused);
  const end = performance.now() + 12_000;
  await eventually("two searches for lost jobs have passed", () => performance.now() > end);
  assert.equal(await controller.metric(refused), countAtFirst);
  assert.equal(worker.requestsFor("refused").length, 1);

  await limitAttempts(1_000, true);
  await world.jobs.mergePatch(
    { namespace: tenant, name: "refused" },
    { metadata: { labels: { looked: "at" } } },
  );
  assert.equal(succeeded(await world.untilFinished("refused"))?.reason, "Captured");
});

type Schema = Record<string, unknown> & { properties?: Record<string, Schema> };

function attemptsSchemaOf(definition: { spec: Record<string, unknown> }): Schema {
  const [version] = definition.spec["versions"] as { schema: { openAPIV3Schema: Schema } }[];
  const schema = version?.schema.openAPIV3Schema.properties?.["status"]?.properties?.["attempts"];
  assert.ok(schema !== undefined);
  return schema;
}
