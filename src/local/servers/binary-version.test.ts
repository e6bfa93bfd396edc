import assert from "node:assert/strict";
import { test } from "node:test";
import { isOlder } from "./binary-version.ts";

test("versions are compared number by number", () => {
  assert.equal(isOlder("1.36.2", "1.36.3"), true);
  assert.equal(isOlder("1.36.3", "1.36.3"), false);
  assert.equal(isOlder("1.100.0", "1.36.3"), false);
  assert.equal(isOlder("0.99.99", "1.0.0"), true);
});
