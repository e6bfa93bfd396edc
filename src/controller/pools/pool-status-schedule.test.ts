import assert from "node:assert/strict";
import { test } from "node:test";
import { statusWriteDelay } from "./pool-status-schedule.ts";

test("figures wait five seconds after the last write, a changed spec or condition one, and the first write none", () => {
  const figures = { writtenAtMilliseconds: 1_000, isUrgent: false };
  assert.equal(statusWriteDelay({ ...figures, writtenAtMilliseconds: undefined }, 0), 0);
  assert.equal(statusWriteDelay(figures, 1_000), 5_000);
  assert.equal(statusWriteDelay(figures, 5_999), 1);
  assert.equal(statusWriteDelay(figures, 6_000), 0);
  assert.equal(statusWriteDelay(figures, 60_000), 0);
  const urgent = { ...figures, isUrgent: true };
  assert.equal(statusWriteDelay(urgent, 1_500), 500);
  assert.equal(statusWriteDelay(urgent, 2_000), 0);
});
