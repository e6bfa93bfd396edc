import assert from "node:assert/strict";
import { test } from "node:test";
import { accountCheckPause } from "./account-check-schedule.ts";

test("few accounts are checked every minute, one with a problem every five seconds", () => {
  assert.equal(accountCheckPause(false, 1), 60_000);
  assert.equal(accountCheckPause(true, 1), 5_000);
});

test("a thousand accounts cost five checks a second, and twenty if all have a problem", () => {
  assert.equal(1_000 / (accountCheckPause(false, 1_000) / 1000), 5);
  assert.equal(1_000 / (accountCheckPause(true, 1_000) / 1000), 20);
});
