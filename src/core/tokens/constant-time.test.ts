import assert from "node:assert/strict";
import { test } from "node:test";
import { isEqualInConstantTime } from "./constant-time.ts";

test("equal texts are equal, others are not", () => {
  assert.equal(isEqualInConstantTime("grün", "grün"), true);
  assert.equal(isEqualInConstantTime("", ""), true);
  assert.equal(isEqualInConstantTime("secret", "secreT"), false);
});

test("texts of different lengths are different, also when they have equally many characters", () => {
  assert.equal(isEqualInConstantTime("secret", "secrets"), false);
  assert.equal(isEqualInConstantTime("e", "é"), false);
});
