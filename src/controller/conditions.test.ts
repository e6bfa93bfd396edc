import assert from "node:assert/strict";
import { test } from "node:test";
import type { Condition } from "../api/kinds/resource-types.ts";
import { epochMilliseconds, rfc3339, sameConditions, withCondition } from "./conditions.ts";

const noon = Date.UTC(2026, 10, 24, 12, 0, 0, 750);
const later = noon + 60_000;

function condition(changes: Partial<Condition>): Omit<Condition, "lastTransitionTime"> {
  return {
    type: "Succeeded",
    status: "Unknown",
    reason: "Queued",
    message: "m",
    observedGeneration: 1,
    ...changes,
  };
}

test("a new condition starts now, in whole seconds", () => {
  const [set] = withCondition([], condition({}), noon);
  assert.equal(set?.lastTransitionTime, "2026-11-24T12:00:00Z");
});

test("lastTransitionTime stays while the status is the same, whatever else changes", () => {
  const before = withCondition([], condition({}), noon);
  const [after] = withCondition(before, condition({ reason: "Capturing", message: "n" }), later);
  assert.equal(after?.reason, "Capturing");
  assert.equal(after?.lastTransitionTime, rfc3339(noon));
});

test("lastTransitionTime moves with the status", () => {
  const before = withCondition([], condition({}), noon);
  const [after] = withCondition(before, condition({ status: "True", reason: "Captured" }), later);
  assert.equal(after?.lastTransitionTime, rfc3339(later));
});

test("other conditions and their order stay", () => {
  const before = withCondition(
    withCondition([], condition({ type: "A" }), noon),
    condition({ type: "B" }),
    noon,
  );
  const after = withCondition(before, condition({ type: "A", status: "True" }), later);
  assert.deepEqual(
    after.map(({ type }) => type),
    ["A", "B"],
  );
  assert.deepEqual(after[1], before[1]);
});

test("missing or malformed times are undefined", () => {
  assert.equal(epochMilliseconds(undefined), undefined);
  assert.equal(epochMilliseconds("soon"), undefined);
  assert.equal(epochMilliseconds("2026-11-24T12:00:00Z"), Date.UTC(2026, 10, 24, 12));
});

test("conditions are equal in any order of their fields", () => {
  const set = withCondition([], condition({}), noon);
  const turned = set.map(({ type, status, ...rest }) => ({ ...rest, status, type }));
  assert.ok(sameConditions(set, turned));
  assert.ok(!sameConditions(set, withCondition([], condition({ message: "another" }), noon)));
  assert.ok(!sameConditions(set, []));
});
