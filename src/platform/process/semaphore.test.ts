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

test("permits may be bytes: a large piece is not overtaken, and one larger than all takes all", async () => {
  const semaphore = new Semaphore(10);
  const first = await semaphore.acquire(never, 6);
  const order: string[] = [];
  const large = semaphore.acquire(never, 100).then((permit) => {
    order.push("large");
    return permit;
  });
  const small = semaphore.acquire(never, 1).then((permit) => {
    order.push("small");
    return permit;
  });
  first[Symbol.dispose]();
  const held = await large;
  assert.deepEqual(order, ["large"]);
  held[Symbol.dispose]();
  await small;
  assert.deepEqual(order, ["large", "small"]);
});

test("what waited behind a piece that gives up goes on at once", async () => {
  const semaphore = new Semaphore(10);
  await semaphore.acquire(never, 6);
  const impatient = new AbortController();
  const abandoned = semaphore.acquire(impatient.signal, 8);
  const small = semaphore.acquire(never, 4);
  impatient.abort(new Error("enough"));
  await assert.rejects(abandoned, /enough/);
  await small;
});
