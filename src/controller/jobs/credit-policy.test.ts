import assert from "node:assert/strict";
import { test } from "node:test";
import { jobPriorities, type JobPriority } from "../../api/kinds/job-priority.ts";
import { classesWithCredit } from "./credit-policy.ts";

/** How many jobs of one class are published to an empty pool. */
function filledBy(priority: JobPriority, slots: number): number {
  const load = { all: 0, synchronous: 0 };
  while (classesWithCredit(slots, load).includes(priority)) {
    load.all += 1;
    if (priority === "Synchronous") load.synchronous += 1;
  }
  return load.all;
}

test("synchronous jobs fill a window of one and a half times the slots, rounded up", () => {
  for (const [slots, window] of [
    [1, 2],
    [2, 3],
    [4, 6],
    [16, 24],
  ] as const)
    assert.equal(filledBy("Synchronous", slots), window);
});

test("other jobs fill every slot, and leave the last two places of the window", () => {
  for (const priority of ["Interactive", "Batch"] as const)
    for (const [slots, shared] of [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
      [8, 10],
      [16, 22],
    ] as const)
      assert.equal(filledBy(priority, slots), shared);
});

test("the places of synchronous jobs are not counted against the others", () => {
  assert.deepEqual(classesWithCredit(4, { all: 5, synchronous: 5 }), jobPriorities);
  assert.deepEqual(classesWithCredit(4, { all: 5, synchronous: 1 }), ["Synchronous"]);
});

test("without slots nothing is published, and a pool that lost slots waits until it has few again", () => {
  assert.deepEqual(classesWithCredit(0, { all: 0, synchronous: 0 }), []);
  assert.deepEqual(classesWithCredit(1, { all: 6, synchronous: 0 }), []);
});
