import assert from "node:assert/strict";
import { test } from "node:test";
import { captureCredit } from "./credit-policy.ts";

test("the credit is one and a half times the slots, rounded up", () => {
  assert.equal(captureCredit(1, 0), 2);
  assert.equal(captureCredit(2, 0), 3);
  assert.equal(captureCredit(4, 0), 6);
  assert.equal(captureCredit(4, 5), 1);
});

test("without slots nothing is published", () => {
  assert.equal(captureCredit(0, 0), 0);
});

test("a pool that lost slots has no negative credit", () => {
  assert.equal(captureCredit(1, 6), 0);
});
