import assert from "node:assert/strict";
import { test } from "node:test";
import { callPriority } from "./call-priority.ts";

test("the door decides", () => {
  assert.equal(callPriority({ door: "Take", asynchronous: false }, undefined), "Synchronous");
  assert.equal(callPriority({ door: "Bulk", asynchronous: false }, undefined), "Interactive");
  for (const door of ["Take", "Bulk"] as const)
    assert.equal(callPriority({ door, asynchronous: true }, undefined), "Batch");
});

test("an account's limit lowers a class and raises none", () => {
  const synchronous = { door: "Take", asynchronous: false } as const;
  assert.equal(callPriority(synchronous, "Synchronous"), "Synchronous");
  assert.equal(callPriority(synchronous, "Interactive"), "Interactive");
  assert.equal(callPriority(synchronous, "Batch"), "Batch");
  for (const most of ["Synchronous", "Interactive", "Batch"] as const)
    assert.equal(callPriority({ door: "Take", asynchronous: true }, most), "Batch");
});
