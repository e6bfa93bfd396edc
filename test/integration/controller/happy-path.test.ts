import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { subjects } from "../../../src/api/messages/subjects.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { clockAhead } from "../../support/clock-ahead.ts";
import { eventually } from "../../support/eventually.ts";
import type { StubWorker } from "../../support/installation/stub-worker.ts";
import { succeeded, tenant, Installation } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

const run = promisify(execFile);

let world: Installation;
let controller: RunningController;
let worker: StubWorker;

before(async () => {
  // The API server counts status writes since its start.
  world = await Installation.start({ ownKubeAPI: true });
  // By this clock no job is old enough for a write of its progress, which would be a third write.
  controller = world.startController(undefined, {}, clockAhead(-3_600_000));
  worker = await world.startWorker();
});

after(async () => {
  await worker?.[Symbol.asyncDispose]();
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

test("a job ends with its picture in the object store, its location and one attempt", async () => {
  const verdicts: unknown[] = [];
  const end = new Publisher(world.nats).subscribe(subjects.allVerdicts, ({ body }) => {
    verdicts.push(body);
  });
  const created = await world.createJob("plain");

  const job = await world.untilFinished("plain");

  const key = `artifacts/${tenant}/${created.metadata.uid}/1.png`;
  assert.equal(succeeded(job)?.status, "True");
  assert.equal(succeeded(job)?.reason, "Captured");
  assert.equal(job.status?.attempts, 1);
  assert.equal(job.status?.artifact?.key, key);
  assert.equal(job.status?.location, world.store.locationOf(key));
  assert.equal((await world.store.get(key))?.bytes.toString(), "not really a picture");
  await eventually("the verdict arrives", () => verdicts.length > 0);
  end();
  assert.deepEqual(verdicts, [
    {
      job: { namespace: tenant, name: "plain", uid: created.metadata.uid },
      succeeded: true,
      reason: "Captured",
    },
  ]);
});

test("storage.path copies the picture, and the location is the copy", async () => {
  await world.createJob("stored", { storage: { path: "pricing/today" } });
  const job = await world.untilFinished("stored");
  assert.equal(succeeded(job)?.reason, "Captured");
  const key = `stored/${tenant}/pricing/today.png`;
  assert.equal(job.status?.location, world.store.locationOf(key));
  assert.equal((await world.store.get(key))?.bytes.toString(), "not really a picture");
  assert.match(job.status?.artifact?.key ?? "", /^artifacts\//);
});

test("the request has the fields for the worker and none that only the controller reads", async () => {
  const created = await world.createJob("request", { storage: { path: "a" }, backoffLimit: 1 });
  await world.untilFinished("request");
  const request = worker.requests.find(({ job }) => job.uid === created.metadata.uid);
  assert.equal(request?.capture.url, "https://example.com/");
  assert.equal(request?.capture.format, "PNG");
  assert.deepEqual(
    Object.keys(request?.capture ?? {}).filter((field) =>
      ["poolName", "backoffLimit", "activeDeadlineSeconds", "storage"].includes(field),
    ),
    [],
  );
});

/** Jobs' statuses that the API server says were written, since it was started. */
async function statusWrites(): Promise<number> {
  const { kubectl, kubeconfig } = world.kube;
  const words = ["--kubeconfig", kubeconfig, "get", "--raw", "/metrics"];
  const { stdout } = await run(kubectl, words, { maxBuffer: 64 * 1024 * 1024 });
  return stdout
    .split("\n")
    .filter((line) =>
      /^apiserver_request_total\{code="200",.*resource="screenshotjobs",.*subresource="status"/.test(
        line,
      ),
    )
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

test("a job costs two writes until it has ended and a third when it is deleted", async () => {
  const { items: earlier } = await world.jobs.list();
  const names = await world.createJobs("counted", 20, { ttlSecondsAfterFinished: 0 });
  await eventually("all are deleted", async () => {
    const left = await Promise.all(names.map((name) => world.job(name)));
    return left.every((job) => job === undefined);
  });
  // Since the beginning, not since a moment ago: what can be read may not be counted yet.
  assert.equal(await statusWrites(), earlier.length + names.length);
  // What the API server has deleted already its answer has yet to tell.
  await eventually("each deletion is counted", async () => {
    return (await controller.metric("stills_jobs_deleted_total")) >= names.length;
  });
  assert.equal(await controller.metric("stills_jobs_deleted_total"), names.length);
});

test("the pool says what it has", async () => {
  const pool = await eventually("the pool is ready", async () => {
    const found = await world.pools.get({ namespace: "stills-system", name: "default" });
    return found.status?.slots === 4 ? found : undefined;
  });
  const ready = pool.status?.conditions?.find(({ type }) => type === "Ready");
  assert.equal(ready?.status, "True");
  assert.equal(ready?.reason, "WorkersReady");
});
