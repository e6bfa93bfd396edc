import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { RecordingProxy } from "./recording-proxy.ts";
import { startWorld } from "./world.ts";

test("a worker that is asked to stop finishes its captures and pulls no more requests", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const worker = await world.startWorker();
  const uid = await controller.request({ url: `${site.url}/held/page` });
  await eventually("the page is being rendered", () => site.visits.includes("/held/page"));

  worker.signal("SIGTERM");
  await controller.announced("that it drains", ({ state }) => state === "Draining");
  const late = await controller.request({ url: `${site.url}/` });
  site.release();
  const { outcome } = await controller.result(uid);

  assert.equal(await worker.exited, 0);
  assert.equal(outcome.kind, "Captured");
  assert.equal(await controller.isOnStream(uid), false);
  assert.equal(await controller.isOnStream(late), true);
  assert.equal(controller.announcements.at(-1)?.state, "Stopped");
  await eventually("its browser is gone", () => worker.browserProcesses().length === 0);
});

test("a capture that does not end within the drain timeout is returned, and counts as no attempt", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const worker = await world.startWorker({ STILLS_DRAIN_TIMEOUT_SECONDS: "1" });
  const uids = [
    await controller.request({ url: `${site.url}/held/one` }),
    await controller.request({ url: `${site.url}/held/two` }),
  ];
  await eventually("both pages are being rendered", () => site.visits.length >= 2);

  worker.signal("SIGTERM");

  assert.equal(await worker.exited, 0);
  for (const uid of uids) {
    assert.deepEqual((await controller.result(uid)).outcome, { kind: "Returned" });
    assert.equal(await controller.isOnStream(uid), false);
  }
});

test("hostile pages end in time and leave neither a page nor a process", async () => {
  const pages = {
    "/loop": "<script>while (true);</script>",
    "/alert": "<script>alert('stop'); prompt('stop'); confirm('stop');</script><p>Still here</p>",
    "/memory":
      "<script>const kept = []; for (;;) kept.push(new Array(1e6).fill({}).map(() => ({})));</script>",
    "/popups":
      "<script>for (let i = 0; i < 50; i += 1) window.open('/', '_blank');</script><p>Still here</p>",
  };
  await using world = await startWorld({ pages });
  const { controller, site } = world;
  const worker = await world.startWorker({ STILLS_SLOTS: "2" });
  const renderers = () =>
    worker.browserProcesses().filter((line) => line.includes("--type=renderer")).length;
  const take = async (path: string, seconds: number) => {
    const limits = { captureTimeoutSeconds: seconds, navigationTimeoutSeconds: seconds };
    return (await controller.result(await controller.request({ url: site.url + path, ...limits })))
      .outcome;
  };

  const [loop, memory] = await Promise.all([take("/loop", 3), take("/memory", 60)]);
  const [alert, popups] = await Promise.all([take("/alert", 60), take("/popups", 60)]);

  assert.ok(loop.kind === "Failed" && loop.reason.endsWith("TimedOut"));
  assert.ok(memory.kind === "Failed");
  assert.equal(memory.reason, "BrowserFailed");
  assert.equal(alert.kind, "Captured");
  assert.equal(popups.kind, "Captured");
  assert.equal((await take("/", 60)).kind, "Captured");
  // One for each page that is kept ready, and at most one spare of Chromium's own.
  await eventually("only the pages kept ready are left", () => renderers() <= 3);
  const groups = worker.browserPIDs;
  worker.signal("SIGTERM");
  assert.equal(await worker.exited, 0);
  assert.equal(groups.length, 1);
  await eventually("its browser is gone", () => worker.browserProcesses().length === 0);
});

test("no capture is lost while the browser is replaced under load", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const worker = await world.startWorker({ STILLS_RECYCLE_AFTER_CAPTURES: "3" });

  const uids = await Promise.all(
    Array.from({ length: 24 }, () => controller.request({ url: `${site.url}/` })),
  );
  for (const uid of uids) assert.equal((await controller.result(uid)).outcome.kind, "Captured");
  for (const uid of uids) await controller.settled(uid);

  assert.equal(controller.results.length, uids.length);
  await eventually("three browsers were launched", () => worker.browserPIDs.length >= 3);
  await eventually("only one browser is left", () => {
    return worker.browserProcesses().filter((line) => !line.includes("--type=")).length === 1;
  });
  assert.match(await worker.metrics(), /stills_browser_restarts_total\{cause="task_limit"\} [1-9]/);
});

test("a killed browser fails its captures, and later captures succeed", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const worker = await world.startWorker();
  const doomed = await controller.request({ url: `${site.url}/held/page` });
  await eventually("the page is being rendered", () => site.visits.includes("/held/page"));

  process.kill(worker.browserPIDs[0]!, "SIGKILL");
  const { outcome } = await controller.result(doomed);
  const next = await controller.request({ url: `${site.url}/` });

  assert.ok(outcome.kind === "Failed");
  assert.equal(outcome.reason, "BrowserFailed");
  assert.equal((await controller.result(next)).outcome.kind, "Captured");
});

test("without an egress proxy a worker is unready and pulls no requests until there is one", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  const gone = await RecordingProxy.start();
  const { url } = gone;
  await gone[Symbol.asyncDispose]();
  await world.startWorker({ STILLS_EGRESS_URL: url });

  const unready = await controller.announced("what is missing", (announcement) => {
    return announcement.state === "Unready" && announcement.message?.includes(url) === true;
  });
  const uid = await controller.request({ url: `${site.url}/` });
  assert.match(unready.message ?? "", /egress proxy .* cannot be reached .* STILLS_EGRESS_URL/);
  assert.deepEqual(controller.resultsOf(uid), []);
  await using _proxy = await RecordingProxy.start(Number(new URL(url).port));

  assert.equal((await controller.result(uid)).outcome.kind, "Captured");
});

test("a worker continues after an outage of NATS", async () => {
  await using world = await startWorld();
  const { controller, site, nats } = world;
  const worker = await world.startWorker();
  const uid = await controller.request({ url: `${site.url}/held/page` });
  await eventually("the page is being rendered", () => site.visits.includes("/held/page"));

  await nats.process.kill();
  await eventually(
    "the worker has noticed",
    () => worker.logged("Disconnected from NATS").length > 0,
  );
  site.release();
  await nats.process.start(AbortSignal.timeout(60_000));

  assert.equal((await controller.result(uid)).outcome.kind, "Captured");
  await controller.settled(uid);
  assert.equal(site.visits.filter((path) => path === "/held/page").length, 1);
});

test("a worker announces itself and the jobs it holds on a roll call", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  await world.startWorker({ STILLS_SLOTS: "3", STILLS_WORKER_NAME: "worker-of-three" });
  const uid = await controller.request({ url: `${site.url}/held/page` });
  await eventually("the page is being rendered", () => site.visits.includes("/held/page"));

  controller.announcements.length = 0;
  controller.callRoll();

  const announcement = await controller.announced("itself", () => true);
  assert.deepEqual(announcement, {
    version: 1,
    worker: "worker-of-three",
    pool: "default",
    state: "Ready",
    slots: 3,
    holding: [uid],
    storing: [],
    sandbox: "On",
  });
});

test("a browser that does not start makes the worker unready, with a message", async () => {
  await using world = await startWorld();
  await world.startWorker({ STILLS_BROWSER_PATH: "/bin/false" });

  const { message } = await world.controller.announced("what is wrong", (announcement) => {
    return (
      announcement.state === "Unready" && announcement.message?.includes("/bin/false") === true
    );
  });
  assert.match(message ?? "", /Chromium did not start/);
});

test("a missing browser ends the worker, with a message that says what to do", async () => {
  await using world = await startWorld();
  const worker = await world.startWorker({ STILLS_BROWSER_PATH: "/nowhere/chromium" });

  assert.equal(await worker.exited, 1);
  assert.match(worker.output, /STILLS_BROWSER_PATH is .*nowhere.*set it to the path of a Chromium/);
});
