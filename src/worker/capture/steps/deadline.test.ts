import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadline, isDoneWithin } from "./deadline.ts";

const never = (signal: AbortSignal): Promise<never> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return promise;
};
const longMilliseconds = 1_000_000;

test("a deadline fails with what it was told to say", async () => {
  const late = new Error("late");
  using deadline = new Deadline({ milliseconds: 1, failure: () => late, parents: [] });

  await assert.rejects(never(deadline.signal), (thrown) => thrown === late);
  assert.equal(deadline.remainingMilliseconds, 0);
});

test("a deadline ends with the first of its parents, also with one that has ended before", async () => {
  const reason = new Error("stop");
  const failure = (): Error => new Error("late");
  for (const parents of [
    [AbortSignal.abort(reason)],
    [new AbortController().signal, AbortSignal.abort(reason)],
  ]) {
    using deadline = new Deadline({ milliseconds: longMilliseconds, failure, parents });
    await assert.rejects(never(deadline.signal), (thrown) => thrown === reason);
  }
  const controller = new AbortController();
  using deadline = new Deadline({
    milliseconds: longMilliseconds,
    failure,
    parents: [controller.signal],
  });
  assert.ok(deadline.remainingMilliseconds > longMilliseconds / 2);
  controller.abort(reason);
  await assert.rejects(never(deadline.signal), (thrown) => thrown === reason);
});

test("work that may be given up is given up, and nothing else is hidden", async () => {
  const controller = new AbortController();
  using around = new Deadline({
    milliseconds: longMilliseconds,
    failure: () => new Error("late"),
    parents: [controller.signal],
  });
  const broken = new Error("broken");
  const stop = new Error("stop");

  assert.equal(await isDoneWithin(longMilliseconds, around, () => Promise.resolve()), true);
  assert.equal(await isDoneWithin(1, around, never), false);
  await assert.rejects(
    isDoneWithin(longMilliseconds, around, () => Promise.reject(broken)),
    (thrown) => thrown === broken,
  );
  const work = isDoneWithin(longMilliseconds, around, never);
  controller.abort(stop);
  await assert.rejects(work, (thrown) => thrown === stop);
});
