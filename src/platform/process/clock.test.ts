import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "./clock.ts";

test("a sleep ends early, with the reason, when its signal is aborted", async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(3_600_000, controller.signal);
  controller.abort(new Error("enough"));
  await assert.rejects(sleep, /^Error: enough$/);
  await assert.rejects(systemClock.sleep(3_600_000, controller.signal), /^Error: enough$/);
});

test("the monotonic clock moves on over a sleep", async () => {
  const before = systemClock.monotonicMilliseconds();
  await systemClock.sleep(5, new AbortController().signal);
  assert.ok(systemClock.monotonicMilliseconds() > before);
});
