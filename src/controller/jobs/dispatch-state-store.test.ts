import assert from "node:assert/strict";
import { test } from "node:test";
import { aRecord } from "../../../test/support/job-records.ts";
import { DispatchStateStore } from "./dispatch-state-store.ts";

const first = aRecord({ uid: "u-1", name: "a" });
const second = aRecord({ uid: "u-2", name: "b" });

test("only what was handed out counts as unfinished in its pool", () => {
  const memory = new DispatchStateStore();
  const states = [first, second].map((record) => memory.of(record));
  assert.equal(memory.unfinishedOf("default"), 0);
  for (const state of states) memory.move(state, "Dispatched");
  memory.move(states[0]!, "Dispatched");
  assert.equal(memory.unfinishedOf("default"), 2);
  assert.equal(memory.unfinishedOf("other"), 0);
  memory.move(states[0]!, "Idle");
  memory.forget(states[1]!);
  assert.equal(memory.unfinishedOf("default"), 0);
  assert.deepEqual(memory.dispatchedStates(), []);
});

test("a job that is gone gives its credit back, and moving it later changes nothing", () => {
  const memory = new DispatchStateStore();
  const state = memory.of(first);
  memory.move(state, "Dispatched");
  memory.forget(state);
  memory.move(state, "Dispatched");
  assert.equal(memory.unfinishedOf("default"), 0);
  assert.equal(memory.findByUID("u-1"), undefined);
  assert.equal(memory.size, 0);
});

test("a job made anew under the same name is another job", () => {
  const memory = new DispatchStateStore();
  const before = memory.of(first);
  memory.forget(before);
  const after = memory.of(aRecord({ uid: "u-9", name: "a" }));
  assert.notEqual(after, before);
  assert.equal(memory.findByKey("marketing/a")?.uid, "u-9");
});
