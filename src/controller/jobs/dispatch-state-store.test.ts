import assert from "node:assert/strict";
import { test } from "node:test";
import { aRecord } from "../../../test/support/job-records.ts";
import { DispatchStateStore } from "./dispatch-state-store.ts";

const first = aRecord({ uid: "u-1", name: "a" });
const second = aRecord({ uid: "u-2", name: "b" });

test("only dispatched jobs take a slot in their pool", () => {
  const dispatchStates = new DispatchStateStore();
  const states = [first, second].map((record) => dispatchStates.getOrCreate(record));
  assert.equal(dispatchStates.slotTakers("default").length, 0);
  for (const state of states) dispatchStates.setPhase(state, "Dispatched");
  dispatchStates.setPhase(states[0]!, "Dispatched");
  assert.equal(dispatchStates.slotTakers("default").length, 2);
  assert.equal(dispatchStates.slotTakers("other").length, 0);
  dispatchStates.setPhase(states[0]!, "Idle");
  dispatchStates.remove(states[1]!);
  assert.equal(dispatchStates.slotTakers("default").length, 0);
  assert.deepEqual(dispatchStates.dispatchedStates(), []);
});

test("a removed job returns its credit, and setting its phase later changes nothing", () => {
  const dispatchStates = new DispatchStateStore();
  const state = dispatchStates.getOrCreate(first);
  dispatchStates.setPhase(state, "Dispatched");
  dispatchStates.remove(state);
  dispatchStates.setPhase(state, "Dispatched");
  assert.equal(dispatchStates.slotTakers("default").length, 0);
  assert.equal(dispatchStates.getByUID("u-1"), undefined);
  assert.equal(dispatchStates.size, 0);
});

test("jobs on one page take one slot, until the last of them is captured", () => {
  const dispatchStates = new DispatchStateStore();
  const [carrier, companion] = [first, second].map((record) => dispatchStates.getOrCreate(record));
  assert.ok(carrier !== undefined && companion !== undefined);
  companion.carrierUID = carrier.uid;
  for (const state of [carrier, companion]) dispatchStates.setPhase(state, "Dispatched");
  assert.equal(dispatchStates.slotTakers("default").length, 1);
  assert.equal(dispatchStates.slotTakers("default", new Set([carrier.uid])).length, 1);
  assert.equal(
    dispatchStates.slotTakers("default", new Set([carrier.uid, companion.uid])).length,
    0,
  );
  dispatchStates.remove(carrier);
  assert.equal(dispatchStates.slotTakers("default").length, 1);
});

test("a job created again under the same name is another job", () => {
  const dispatchStates = new DispatchStateStore();
  const before = dispatchStates.getOrCreate(first);
  dispatchStates.remove(before);
  const after = dispatchStates.getOrCreate(aRecord({ uid: "u-9", name: "a" }));
  assert.notEqual(after, before);
  assert.equal(dispatchStates.getByKey("marketing/a")?.uid, "u-9");
});
