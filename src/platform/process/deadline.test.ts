import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Deadline } from "./deadline.ts";

test("the signal is aborted after the time, with the reason", async () => {
  using deadline = new Deadline({ milliseconds: 10, reason: () => new Error("too slow") });
  assert.equal(deadline.signal.aborted, false);
  await delay(30);
  assert.match(String(deadline.signal.reason), /too slow/);
  assert.equal(deadline.isReached, true);
  assert.equal(deadline.remainingMilliseconds, 0);
});

test("without a reason it is a TimeoutError, as of AbortSignal.timeout", () => {
  using deadline = new Deadline({ milliseconds: 0 });
  assert.equal((deadline.signal.reason as Error).name, "TimeoutError");
});

test("a time that is over already aborts at once", () => {
  using deadline = new Deadline({ milliseconds: -1, reason: () => new Error("late") });
  assert.match(String(deadline.signal.reason), /late/);
  assert.equal(deadline.isReached, true);
});

test("a time beyond what timers can do is no time at all that has passed", async () => {
  using deadline = new Deadline({ milliseconds: Number.MAX_SAFE_INTEGER });
  await delay(5);
  assert.equal(deadline.signal.aborted, false);
});

test("a parent ends it with its own reason, also one that has ended before", () => {
  const parent = new AbortController();
  const other = new AbortController().signal;
  using deadline = new Deadline({ milliseconds: 1000, parents: [other, parent.signal] });
  parent.abort(new Error("stopping"));
  assert.match(String(deadline.signal.reason), /stopping/);
  assert.equal(deadline.isReached, false);
  using late = new Deadline({ milliseconds: 0, parents: [parent.signal] });
  assert.match(String(late.signal.reason), /stopping/);
  assert.equal(late.isReached, false);
});

test("restarted, it counts from then", async () => {
  const milliseconds = 1_000;
  using deadline = new Deadline({ milliseconds });
  await delay(100);
  const restartedAt = performance.now();
  deadline.restart();
  await once(deadline.signal, "abort");
  // A timer may fire a fraction of a millisecond early.
  assert.ok(performance.now() - restartedAt > milliseconds - 2);
});

test("disposed of, it leaves nothing on its parents and never ends", async () => {
  const parent = new AbortController().signal;
  const deadline = new Deadline({ milliseconds: 5, parents: [parent] });
  assert.equal(getEventListeners(parent, "abort").length, 1);
  deadline[Symbol.dispose]();
  assert.equal(getEventListeners(parent, "abort").length, 0);
  await delay(20);
  assert.equal(deadline.signal.aborted, false);
});
