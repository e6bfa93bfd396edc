import assert from "node:assert/strict";
import { test } from "node:test";
import { SmoothRoundRobin } from "./smooth-round-robin.ts";

test("turns go by weight, and are spread", () => {
  const turns = new SmoothRoundRobin({ a: 3, b: 1 });
  const order = Array.from({ length: 8 }, () => turns.next(["a", "b"]));
  assert.equal(order.join(""), "aabaaaba");
});

test("one that could not use its turns earned nothing meanwhile", () => {
  const turns = new SmoothRoundRobin({ a: 3, b: 1 });
  for (let round = 0; round < 100; round += 1) assert.equal(turns.next(["a"]), "a");
  const order = Array.from({ length: 4 }, () => turns.next(["a", "b"]));
  assert.equal(order.filter((name) => name === "b").length, 1);
});

test("what one has earned is kept while it cannot use a turn, and gone once it is forgotten", () => {
  for (const isForgotten of [false, true]) {
    const turns = new SmoothRoundRobin({ a: 8, b: 1 });
    for (let round = 0; round < 4; round += 1) turns.next(["a", "b"]);
    for (let round = 0; round < 4; round += 1) turns.next(["a"]);
    if (isForgotten) turns.forget("b");
    const order = Array.from({ length: 8 }, () => turns.next(["a", "b"])).join("");
    assert.equal(order.indexOf("b"), isForgotten ? 2 : 0, order);
  }
});

test("no one to choose from is no turn", () => {
  const turns = new SmoothRoundRobin({ a: 1 });
  assert.equal(turns.next([]), undefined);
  assert.equal(turns.next(["a"]), "a");
});
