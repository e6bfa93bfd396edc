import assert from "node:assert/strict";
import { test } from "node:test";
import { isNearlyFull, whatToEnd } from "./memory-policy.ts";

const limitBytes = 1000;

test("below eight tenths of the container's memory nothing is ended, however large a page is", () => {
  assert.equal(whatToEnd({ usedBytes: 799, limitBytes }, 700), "Nothing");
  assert.equal(isNearlyFull({ usedBytes: 799, limitBytes }), false);
});

test("from eight tenths on the largest page is ended, or the browser if no page is large", () => {
  assert.equal(isNearlyFull({ usedBytes: 800, limitBytes }), true);
  assert.equal(whatToEnd({ usedBytes: 800, limitBytes }, 100), "Page");
  assert.equal(whatToEnd({ usedBytes: 899, limitBytes }, 99), "Browser");
  assert.equal(whatToEnd({ usedBytes: 850, limitBytes }, 0), "Browser");
});

test("from nine tenths on the browser is ended", () => {
  assert.equal(whatToEnd({ usedBytes: 900, limitBytes }, 900), "Browser");
});
