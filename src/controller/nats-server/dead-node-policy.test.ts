import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeadNode } from "./dead-node-policy.ts";

const now = Date.parse("2026-12-01T12:00:00Z");
const dead = {
  disconnectedMilliseconds: 15_000,
  unchangedMilliseconds: 15_000,
  renewedMilliseconds: now - 25_000,
  leaseSeconds: 40,
};

test("a node is dead when NATS is away, its Lease is old and does not change", () => {
  assert.equal(isDeadNode(dead, now), true);
});

test("while NATS answers, or has only just gone, no node is dead", () => {
  assert.equal(isDeadNode({ ...dead, disconnectedMilliseconds: 14_999 }, now), false);
});

test("a Lease that was renewed lately, or is seen to change, is of a living node whatever the clocks say", () => {
  assert.equal(isDeadNode({ ...dead, renewedMilliseconds: now - 24_999 }, now), false);
  const hour = 3_600_000;
  assert.equal(isDeadNode({ ...dead, unchangedMilliseconds: 9_000 }, now + hour), false);
});

test("a kubelet that renews less often has more time", () => {
  const slow = { ...dead, leaseSeconds: 120 };
  assert.equal(isDeadNode(slow, now), false);
  const later = { unchangedMilliseconds: 45_000, renewedMilliseconds: now - 75_000 };
  assert.equal(isDeadNode({ ...slow, ...later }, now), true);
});

test("a node without a Lease is not known to be dead", () => {
  assert.equal(isDeadNode({ ...dead, renewedMilliseconds: undefined }, now), false);
});
