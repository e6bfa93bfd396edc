import assert from "node:assert/strict";
import { test } from "node:test";
import { clockProblem, skewedInRow } from "./clock-skew-policy.ts";

test("a clock is wrong after three measurements in a row above two seconds, in either direction, and right after one below", () => {
  for (const [skew, sentence] of [
    [70_400, /^The worker's clock is 70 seconds ahead of that of NATS, and at most 2 are allowed/],
    [-2_600, /is 3 seconds behind that of NATS/],
  ] as const) {
    let skewed = 0;
    for (let measurement = 1; measurement < 3; measurement += 1) {
      skewed = skewedInRow(skewed, skew);
      assert.equal(clockProblem(skewed, skew), undefined);
    }
    skewed = skewedInRow(skewed, skew);
    assert.match(clockProblem(skewed, skew) ?? "", sentence);
    skewed = skewedInRow(skewed, 2_000);
    assert.equal(clockProblem(skewed, 2_000), undefined);
  }
});
