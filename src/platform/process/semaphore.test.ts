import assert from "node:assert/strict";
import { test } from "node:test";
import { Semaphore } from "./semaphore.ts";

const never = new AbortController().signal;

test("who finds no place waits until one is given back, in order", async () => {
  const places = new Semaphore(1);
  const first = await places.take(never);
  const order: string[] = [];
  const second = places.take(never).then((place) => {
    order.push("second");
    return place;
  });
  const third = places.take(never).then(() => order.push("third"));
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  await third;
  assert.deepEqual(order, ["second", "third"]);
});

test("who stops waiting leaves the place to the next", async () => {
  const places = new Semaphore(1);
  const first = await places.take(never);
  const impatient = new AbortController();
  const abandoned = places.take(impatient.signal);
  const patient = places.take(never);
  impatient.abort(new Error("enough"));
  await assert.rejects(abandoned, /enough/);
  first[Symbol.dispose]();
  (await patient)[Symbol.dispose]();
  await places.take(never);
});
