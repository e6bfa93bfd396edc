import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadline } from "../../../platform/process/deadline.ts";
import { isDoneWithin, waitLimit } from "./wait-limit.ts";

const never = (signal: AbortSignal): Promise<never> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return promise;
};
const longMilliseconds = 1_000_000;

test("work that reaches its limit is not done, and every other failure is thrown", async () => {
  const controller = new AbortController();
  using deadline = new Deadline({
    milliseconds: longMilliseconds,
    reason: () => new Error("late"),
    parents: [controller.signal],
  });
  const broken = new Error("broken");
  const stop = new Error("stop");

  assert.equal(await isDoneWithin(longMilliseconds, deadline, () => Promise.resolve()), true);
  assert.equal(await isDoneWithin(1, deadline, never), false);
  await assert.rejects(
    isDoneWithin(longMilliseconds, deadline, () => Promise.reject(broken)),
    (thrown) => thrown === broken,
  );
  const work = isDoneWithin(longMilliseconds, deadline, never);
  controller.abort(stop);
  await assert.rejects(work, (thrown) => thrown === stop);
});

test("a wait leaves a fifth of the remaining time to later steps, at most five seconds", () => {
  using short = new Deadline({ milliseconds: 10_000 });
  using long = new Deadline({ milliseconds: 100_000 });

  assert.equal(Math.round(waitLimit(short) / 1000), 8);
  assert.equal(Math.round(waitLimit(long) / 1000), 95);
  assert.equal(waitLimit(long, 3_000), 3_000);
});
