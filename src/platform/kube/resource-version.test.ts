import assert from "node:assert/strict";
import { test } from "node:test";
import { compareResourceVersions, isAtLeast } from "./resource-version.ts";

test("resourceVersions are ordered as decimal numbers of any size", () => {
  assert.equal(compareResourceVersions("9", "10"), -1);
  assert.equal(compareResourceVersions("18446744073709551616", "18446744073709551615"), 1);
  assert.equal(compareResourceVersions("7", "7"), 0);
});

test("what is no decimal number can only be equal", () => {
  assert.equal(compareResourceVersions("abc", "abc"), 0);
  assert.equal(compareResourceVersions("abc", "5"), undefined);
  assert.equal(compareResourceVersions("05", "5"), undefined);
});

test("an older version is not at least a newer one; an unknown order counts as reached", () => {
  assert.equal(isAtLeast("99", "100"), false);
  assert.equal(isAtLeast("100", "100"), true);
  assert.equal(isAtLeast("opaque", "100"), true);
});
