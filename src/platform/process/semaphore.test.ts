import assert from "node:assert/strict";
import { test } from "node:test";
import { Semaphore } from "./semaphore.ts";

const never = new AbortController().signal;

test("what finds no permit waits until one is released, in order", async () => {
  const semaphore = new Semaphore(1);
  const first = await semaphore.acquire(never);
  const order: string[] = [];
  const second = semaphore.acquire(never).then((permit) => {
    order.push("second");
    return permit;
  });
  const third = semaphore.acquire(never).then(() => order.push("third"));
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  await third;
  assert.deepEqual(order, ["second", "third"]);
});

test("what stops waiting leaves the permit to the next", async () => {
  const semaphore = new Semaphore(1);
  const first = await semaphore.acquire(never);
  const impatient = new AbortController();
  const abandoned = semaphore.acquire(impatient.signal);
  const patient = semaphore.acquire(never);
  impatient.abort(new Error("enough"));
  await assert.rejects(abandoned, /enough/);
  first[Symbol.dispose]();
  (await patient)[Symbol.dispose]();
  await semaphore.acquire(never);
});
