import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunningBrowser } from "../../../src/worker/browser/chromium/running-browser.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { BrowserSupervisor } from "../../../src/worker/browser/browser-supervisor.ts";
import type { BrowserLimits } from "../../../src/worker/browser/browser-supervisor.ts";
import type { RestartCause } from "../../../src/worker/browser/recycle-policy.ts";
import { ReplicaMonitor } from "../../../src/worker/network/replica-monitor.ts";
import { preparePage } from "../../../src/worker/browser/prepared-page.ts";
import { eventually } from "../../support/eventually.ts";
import { launchTestBrowser } from "./launched-browser.ts";
import { silentLog } from "../../support/silent-log.ts";

const unlimited: BrowserLimits = {
  recycleAfterCaptures: 1_000,
  recycleAfterSeconds: 86_400,
  recycleAboveBytes: Number.POSITIVE_INFINITY,
  endPagesAboveBytes: Number.POSITIVE_INFINITY,
};
const never = new AbortController().signal;

const replicaMonitor = new ReplicaMonitor(silentLog);

/** A supervisor of real browsers; the first `failures` launches fail. */
async function supervise(limits: Partial<BrowserLimits> = {}, failures = 0) {
  const launched: RunningBrowser[] = [];
  const causes: RestartCause[] = [];
  let failuresLeft = failures;
  const supervisor = new BrowserSupervisor({
    prepareLaunch: async () => async () => {
      failuresLeft -= 1;
      if (failuresLeft >= 0) throw new Error("Chromium lacks a system library");
      const browser = await launchTestBrowser();
      launched.push(browser);
      return browser;
    },
    preparePage: (browser) =>
      preparePage(browser, { egressURL: "http://127.0.0.1:9", replicaMonitor }),
    slots: 2,
    limits: { ...unlimited, ...limits },
    clock: systemClock,
    log: silentLog,
    onRestart: (cause) => causes.push(cause),
    checkEverySeconds: 0.05,
  });
  await supervisor.start();
  return {
    supervisor,
    launched,
    causes,
    [Symbol.asyncDispose]: async () => {
      await supervisor.stop();
      assert.ok(launched.every((browser) => browser.hasEnded));
    },
  };
}

test("a page in use while the browser is replaced keeps its browser until it is disposed of", async () => {
  await using world = await supervise({ recycleAfterCaptures: 1 });
  const { supervisor, launched, causes } = world;

  const first = await supervisor.acquirePage(never);
  await eventually("there is a new browser", () => launched.length === 2);
  const [old, current] = launched;
  await first.page.call("Runtime.evaluate", { expression: "6 * 7" }, never);
  assert.equal(old?.hasEnded, false);
  await first.dispose();

  await eventually("the old browser is gone", () => old?.hasEnded === true);
  assert.equal(current?.hasEnded, false);
  assert.equal(causes[0], "task_limit");
});

test("a browser that takes too much memory is replaced", async () => {
  await using world = await supervise({ recycleAboveBytes: 1 });

  await eventually("there was a second browser", () => world.launched.length >= 2);

  assert.equal(world.causes[0], "memory");
});

test("a page that takes far too much memory is killed; other pages and its browser are not", async () => {
  await using world = await supervise({ endPagesAboveBytes: 900 * 1024 ** 2 });
  const greedy = await world.supervisor.acquirePage(never);
  const modest = await world.supervisor.acquirePage(never);

  // Outside of the JavaScript heap, which has a limit of its own.
  const expression = "globalThis.kept = new Uint8Array(1000 * 1024 ** 2).fill(1).length";
  await greedy.page.call("Runtime.evaluate", { expression }, never).catch(() => undefined);

  await eventually("the page is lost", () => greedy.lost.aborted);
  assert.equal((greedy.lost.reason as { reason: string }).reason, "BrowserOutOfMemory");
  await modest.page.call("Runtime.evaluate", { expression: "6 * 7" }, never);
  assert.equal(modest.lost.aborted, false);
  assert.equal(world.launched.length, 1);
  await greedy.dispose();
  await modest.dispose();
});

test("an old browser that was used is replaced", async () => {
  await using world = await supervise({ recycleAfterSeconds: 0.01 });
  const page = await world.supervisor.acquirePage(never);
  await page.dispose();

  await eventually("it was replaced", () => world.causes.length >= 1);

  assert.equal(world.causes[0], "age");
});

test("a browser that stops answering is killed and replaced", async () => {
  await using world = await supervise();
  const page = await world.supervisor.acquirePage(never);

  process.kill(world.launched[0]!.pid, "SIGSTOP");

  await eventually("it is gone", () => world.launched[0]?.hasEnded === true);
  assert.equal(page.lost.aborted, true);
  await page.dispose();
  const next = await world.supervisor.acquirePage(never);
  await next.page.call("Runtime.evaluate", { expression: "6 * 7" }, never);
  await next.dispose();
  assert.equal(world.launched.length, 2);
});

test("three failed launches make it unready with the reason; the next successful one makes it ready", async () => {
  await using world = await supervise({}, 3);
  const { supervisor } = world;
  const states: string[] = [];
  const { condition } = supervisor;
  condition.onChange(() => states.push(condition.unreadyReason?.message ?? "ready"));

  const page = await supervisor.acquirePage(never);
  await page.dispose();

  assert.deepEqual(states, ["Chromium lacks a system library", "ready"]);
});

test("no page is acquired twice, and each has its own forwarder", async () => {
  await using world = await supervise();
  const pages = [];
  for (let count = 0; count < 6; count += 1) {
    const page = await world.supervisor.acquirePage(never);
    pages.push(page.forwarder.port);
    await page.dispose();
  }

  assert.equal(new Set(pages).size, 6);
  assert.equal(world.launched.length, 1);
});

test("waiting for a page ends with the reason of the signal", async () => {
  await using world = await supervise({}, 1_000);
  const cancelled = new AbortController();
  const acquiring = world.supervisor.acquirePage(cancelled.signal);

  cancelled.abort(new Error("no longer wanted"));

  await assert.rejects(acquiring, /no longer wanted/);
});
