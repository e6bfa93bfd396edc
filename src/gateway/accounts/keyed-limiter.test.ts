import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyedLimiter } from "./keyed-limiter.ts";

test("a host has its places, whoever asks, and gives them back", () => {
  const crowd = new KeyedLimiter({ perHost: 2, perNamespace: 10 });
  const place = crowd.enter("dead.example", "a");
  assert.ok(place);
  assert.ok(crowd.enter("dead.example", "b"));
  assert.equal(crowd.enter("dead.example", "c"), undefined);
  assert.ok(crowd.enter("alive.example", "c"));
  place[Symbol.dispose]();
  assert.ok(crowd.enter("dead.example", "c"));
});

test("many hosts of one namespace take no more than its places", () => {
  const crowd = new KeyedLimiter({ perHost: 2, perNamespace: 3 });
  for (const host of ["one", "two", "three"]) assert.ok(crowd.enter(host, "a"));
  assert.equal(crowd.enter("four", "a"), undefined);
  assert.ok(crowd.enter("four", "b"));
});

test("who is turned away at the second door has taken nothing at the first", () => {
  const crowd = new KeyedLimiter({ perHost: 1, perNamespace: 1 });
  assert.ok(crowd.enter("one", "a"));
  assert.equal(crowd.enter("two", "a"), undefined);
  assert.ok(crowd.enter("two", "b"));
});
