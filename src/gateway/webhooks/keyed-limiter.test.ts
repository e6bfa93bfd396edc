import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyedLimiter } from "./keyed-limiter.ts";

test("a host is limited over all namespaces, and a released permit can be acquired again", () => {
  const limiter = new KeyedLimiter({ perHost: 2, perNamespace: 10 });
  const permit = limiter.tryAcquire("dead.example", "a");
  assert.ok(permit);
  assert.ok(limiter.tryAcquire("dead.example", "b"));
  assert.equal(limiter.tryAcquire("dead.example", "c"), undefined);
  assert.ok(limiter.tryAcquire("alive.example", "c"));
  permit[Symbol.dispose]();
  assert.ok(limiter.tryAcquire("dead.example", "c"));
});

test("a namespace is limited over all hosts", () => {
  const limiter = new KeyedLimiter({ perHost: 2, perNamespace: 3 });
  for (const host of ["one", "two", "three"]) assert.ok(limiter.tryAcquire(host, "a"));
  assert.equal(limiter.tryAcquire("four", "a"), undefined);
  assert.ok(limiter.tryAcquire("four", "b"));
});

test("a refused permit counts for neither the host nor the namespace", () => {
  const limiter = new KeyedLimiter({ perHost: 1, perNamespace: 1 });
  assert.ok(limiter.tryAcquire("one", "a"));
  assert.equal(limiter.tryAcquire("two", "a"), undefined);
  assert.ok(limiter.tryAcquire("two", "b"));
});
