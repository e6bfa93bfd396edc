import assert from "node:assert/strict";
import { test } from "node:test";
import { restartCauseOf, withAgeJitter, type BrowserFacts } from "./recycle-policy.ts";

const limits = { recycleAfterCaptures: 200, recycleAfterSeconds: 1800, recycleAboveBytes: 1000 };
const healthy: BrowserFacts = {
  health: "Answers",
  captures: 10,
  ageMilliseconds: 60_000,
  memoryBytes: 500,
};

const cases: [string, Partial<BrowserFacts>, string | undefined][] = [
  ["a healthy browser", {}, undefined],
  ["a browser whose process has ended", { health: "Ended", captures: 500 }, "crash"],
  ["a browser that does not answer", { health: "Silent" }, "unhealthy"],
  ["a browser with enough captures", { captures: 200 }, "task_limit"],
  ["a browser that is old", { ageMilliseconds: 1_800_000 }, "age"],
  ["an old browser without captures", { ageMilliseconds: 1_800_000, captures: 0 }, undefined],
  ["a browser that holds too much memory", { memoryBytes: 1001 }, "memory"],
];

for (const [name, facts, cause] of cases)
  test(`${name} is replaced because of: ${cause ?? "nothing"}`, () => {
    assert.equal(restartCauseOf({ ...healthy, ...facts }, limits), cause);
  });

test("chance takes away at most a fifth of the maximum age", () => {
  assert.equal(withAgeJitter(limits, 0).recycleAfterSeconds, 1800);
  assert.equal(withAgeJitter(limits, 1).recycleAfterSeconds, 1440);
});
