import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { streams } from "../../../src/api/messages/subjects.ts";
import { ensureStreams } from "../../../src/platform/nats/streams.ts";
import { eventually } from "../../support/eventually.ts";
import { RecordingProxy } from "./recording-proxy.ts";
import { startWorld } from "./world.ts";

test("a request leads to an object and a result, and is acknowledged", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  await world.startWorker();

  const uid = await controller.request({ url: `${site.url}/` });
  const { outcome, ...result } = await controller.result(uid);
  const key = `artifacts/marketing/${uid}/1.png`;
  const object = await controller.store.head(key);
  await controller.settled(uid);

  assert.equal(result.attemptToken, `token-of-${uid}`);
  assert.equal(result.job.uid, uid);
  assert.ok(outcome.kind === "Captured");
  assert.deepEqual(
    [outcome.artifact.widthPixels, outcome.artifact.heightPixels, outcome.artifact.mediaType],
    [320, 200, "image/png"],
  );
  assert.equal(object?.sizeBytes, outcome.artifact.sizeBytes);
  assert.deepEqual(
    new Set(Object.keys(outcome.timingsMilliseconds)),
    new Set(["wait", "navigate", "settle", "capture", "store"]),
  );
  const answer = await fetch(controller.store.locationOf(key));
  const digest = createHash("sha256").update(Buffer.from(await answer.arrayBuffer()));
  assert.equal(outcome.artifact.digest, `sha256:${digest.digest("hex")}`);
  assert.ok(world.proxy.requests.includes(`CONNECT ${site.host} Bearer page-${uid}`));
  const storeHost = new URL(world.objects.endpoint).host;
  assert.ok(world.proxy.requests.includes(`CONNECT ${storeHost} Bearer store-${uid}`));
});

test("a request whose result cannot be published stays unacknowledged and is not captured again", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const worker = await world.startWorker();
  await controller.announced("that it is ready", ({ state }) => state === "Ready");
  await controller.nats.manager.streams.delete(streams.results);

  const uid = await controller.request({ url: `${site.url}/` });
  await eventually("the picture is stored", () => worker.logged("Captured page").length === 1);
  assert.equal(await controller.isOnStream(uid), true);
  await ensureStreams(controller.nats);
  const { outcome } = await controller.result(uid);
  await controller.settled(uid);

  assert.equal(outcome.kind, "Captured");
  assert.equal(site.visits.filter((path) => path === "/").length, 1);
});

test("a failed upload is retried with a fresh ticket, without capturing again", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  controller.uploadAnswers.push(
    (ticket) => ({ ...ticket, url: "http://127.0.0.1:9/nobody" }) as never,
  );
  await world.startWorker();

  const uid = await controller.request({ url: `${site.url}/` });
  const { outcome } = await controller.result(uid);

  assert.equal(outcome.kind, "Captured");
  assert.deepEqual(controller.questions, [`upload ${uid}`, `upload ${uid}`]);
  assert.equal(site.visits.filter((path) => path === "/").length, 1);
});

test("when the controller says that the job is finished, its request is acknowledged without a result", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  controller.uploadAnswers.push(() => ({
    kind: "Refused",
    reason: "JobFinished",
    message: "The job is finished",
  }));
  await world.startWorker();

  const uid = await controller.request({ url: `${site.url}/` });
  await controller.settled(uid);
  const next = await controller.request({ url: `${site.url}/` });
  await controller.result(next);

  assert.deepEqual(controller.resultsOf(uid), []);
});

test("a refused target fails with the reason of the egress proxy, also with hostErrors: Ignore", async () => {
  await using world = await startWorld();
  const { controller, proxy } = world;
  proxy.refusals.set("127.0.0.1:81", "TargetNotAllowed");
  proxy.refusals.set("127.0.0.1:443", "NameNotResolved");
  await world.startWorker();

  const plain = await controller.request({ url: "http://127.0.0.1:81/", hostErrors: "Ignore" });
  const secure = await controller.request({ url: "https://127.0.0.1/" });

  const [first, second] = [await controller.result(plain), await controller.result(secure)];
  assert.ok(first.outcome.kind === "Failed" && second.outcome.kind === "Failed");
  assert.equal(first.outcome.reason, "TargetNotAllowed");
  assert.equal(second.outcome.reason, "NameNotResolved");
});

test("a capture waits for an egress proxy that is down, within its attempt", async () => {
  await using world = await startWorld();
  const { controller, site, proxy } = world;
  const worker = await world.startWorker();
  await controller.announced("that it is ready", ({ state }) => state === "Ready");
  const port = Number(new URL(proxy.url).port);
  await proxy[Symbol.asyncDispose]();

  const uid = await controller.request({ url: `${site.url}/` });
  await eventually(
    "the page was lost",
    () => worker.logged("Egress proxy was lost; capturing the page again").length > 0,
  );
  await using _again = await RecordingProxy.start(port);

  assert.equal((await controller.result(uid)).outcome.kind, "Captured");
  assert.equal(controller.resultsOf(uid).length, 1);
});

test("a deadline reached while the egress proxy is down says so", async () => {
  await using world = await startWorld();
  const { controller, site, proxy } = world;
  await world.startWorker();
  await controller.announced("that it is ready", ({ state }) => state === "Ready");
  await proxy[Symbol.asyncDispose]();

  const uid = await controller.request({ url: `${site.url}/` }, { budgetMilliseconds: 8_000 });

  const { outcome } = await controller.result(uid);
  assert.ok(outcome.kind === "Failed");
  assert.equal(outcome.reason, "EgressUnavailable");
  assert.match(
    outcome.message,
    /The time for this job was over.*no page can be loaded now \(EgressUnreachable\)$/,
  );
});

test("an egress proxy without capacity fails the attempt after five captures, with its message", async () => {
  await using world = await startWorld();
  const { controller, proxy, site } = world;
  proxy.refusals.set(site.host, "EgressUnavailable");
  proxy.refusalStatus = 503;
  await world.startWorker();

  const uid = await controller.request({ url: `${site.url}/` });

  const { outcome } = await controller.result(uid);
  assert.ok(outcome.kind === "Failed");
  assert.deepEqual(
    [outcome.reason, outcome.message],
    ["EgressUnavailable", "refused because of EgressUnavailable"],
  );
  const tunnels = proxy.requests.filter((request) => request.startsWith(`CONNECT ${site.host} `));
  assert.equal(tunnels.length, 5);
});

test("a killed worker leaves no browser, and another worker captures the page", async () => {
  // Little more than the pause between two renewals of a worker, which believes it is 30.
  await using world = await startWorld({ ackWaitSeconds: 12 });
  const { controller, site } = world;
  const doomed = await world.startWorker();
  const uid = await controller.request({ url: `${site.url}/held/page` });
  await eventually("the page is being rendered", () => site.visits.includes("/held/page"));

  doomed.signal("SIGKILL");
  await doomed.exited;
  await eventually("its browser is gone", () => doomed.browserProcesses().length === 0);
  await world.startWorker({ STILLS_WORKER_NAME: "successor" });
  await eventually("the page is being rendered again", () => {
    return site.visits.filter((path) => path === "/held/page").length === 2;
  });
  site.release();
  const { outcome, worker } = await controller.result(uid);
  await controller.settled(uid);

  assert.equal(outcome.kind, "Captured");
  assert.equal(worker, "successor");
  assert.deepEqual(controller.questions, [`attempt ${uid}`, `upload ${uid}`]);
  assert.equal(controller.resultsOf(uid).length, 1);
});

test("a redelivered request whose picture is stored already is acknowledged, not captured", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  controller.attemptAnswer = { kind: "Applied" };
  const uid = await controller.request({ url: `${site.url}/` });
  await controller.wasteDeliveries(1);

  await world.startWorker();
  await controller.settled(uid);

  assert.deepEqual(controller.questions, [`attempt ${uid}`]);
  assert.deepEqual(site.visits, []);
  assert.deepEqual(controller.resultsOf(uid), []);
});

test("a request that killed two workers is not captured by a third one", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const uid = await controller.request({ url: `${site.url}/` });
  await controller.wasteDeliveries(2);

  await world.startWorker();
  const { outcome } = await controller.result(uid);
  await controller.settled(uid);

  assert.ok(outcome.kind === "Failed");
  assert.equal(outcome.reason, "WorkerCrashed");
  assert.deepEqual(site.visits, []);
});

test("a request after its deadline fails without a capture", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const uid = await controller.request({ url: `${site.url}/` }, { budgetMilliseconds: 0 });

  await world.startWorker();
  const { outcome } = await controller.result(uid);

  assert.ok(outcome.kind === "Failed");
  assert.equal(outcome.reason, "DeadlineExceeded");
  assert.deepEqual(site.visits, []);
});

test("a cancelled capture frees its slot, without a result", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  await world.startWorker({ STILLS_SLOTS: "1" });
  const uid = await controller.request({ url: `${site.url}/held/page` });
  await eventually("the page is being rendered", () => site.visits.includes("/held/page"));

  controller.cancel(uid);
  await controller.settled(uid);
  const next = await controller.request({ url: `${site.url}/` });

  assert.equal((await controller.result(next)).outcome.kind, "Captured");
  assert.deepEqual(controller.resultsOf(uid), []);
});

test("an invalid request fails its job, or is dropped if it names none", async () => {
  await using world = await startWorld();
  const { controller } = world;
  await world.startWorker();
  const garbage = crypto.randomUUID();
  await controller.publish(garbage, { what: "is this" });
  const uid = await controller.request({}, { version: 999 });

  const { outcome } = await controller.result(uid);
  await controller.settled(uid);
  await controller.settled(garbage);

  assert.ok(outcome.kind === "Failed");
  assert.equal(outcome.reason, "RequestMalformed");
});
