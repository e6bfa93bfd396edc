import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decideReplicas, neededReplicas } from "./pool-scaling-policy.ts";
import type { PoolDemand, PoolLimits, PoolSurplus } from "./pool-scaling-policy.ts";

const limits: PoolLimits = {
  slotsPerPod: 2,
  minReplicas: 0,
  maxReplicas: 50,
  targetQueueSeconds: 10,
  scaleDownAfterSeconds: 240,
};

function demand(changes: Partial<PoolDemand>): PoolDemand {
  return {
    unfinishedJobs: 0,
    oldestQueuedSeconds: 0,
    currentReplicas: 0,
    readyReplicas: 0,
    ...changes,
  };
}

/** Decides every five seconds, as the controller does, with the answer as the next present number. */
function course(from: number, jobsAt: (second: number) => number, seconds: number): number[] {
  let replicas = from;
  let surplus: PoolSurplus | undefined;
  const seen = [from];
  for (let second = 0; second <= seconds; second += 5) {
    const now = demand({
      unfinishedJobs: jobsAt(second),
      currentReplicas: replicas,
      readyReplicas: replicas,
    });
    const decision = decideReplicas(now, limits, surplus, second * 1000);
    ({ replicas, surplus } = decision);
    if (seen.at(-1) !== replicas) seen.push(replicas);
  }
  return seen;
}

suite("how many pods the jobs need", () => {
  const cases: [name: string, changes: Partial<PoolDemand>, needed: number][] = [
    ["none without jobs", {}, 0],
    ["one for one job", { unfinishedJobs: 1 }, 1],
    ["a slot for each job", { unfinishedJobs: 5 }, 3],
    ["no more than the maximum", { unfinishedJobs: 1_000 }, 50],
    [
      "nothing more while none is ready, however long jobs wait",
      { unfinishedJobs: 6, oldestQueuedSeconds: 600, currentReplicas: 3 },
      3,
    ],
    [
      "others in place of those that do not get ready, once jobs wait too long",
      { unfinishedJobs: 6, oldestQueuedSeconds: 11, currentReplicas: 3, readyReplicas: 2 },
      4,
    ],
    [
      "none in their place before that",
      { unfinishedJobs: 6, oldestQueuedSeconds: 10, currentReplicas: 3, readyReplicas: 2 },
      3,
    ],
  ];
  for (const [name, changes, needed] of cases)
    test(name, () => assert.equal(neededReplicas(demand(changes), limits), needed));

  test("at least the minimum", () => {
    assert.equal(neededReplicas(demand({}), { ...limits, minReplicas: 2 }), 2);
  });
});

suite("when the number changes", () => {
  test("a new pool starts with the needed number of pods", () => {
    const first = decideReplicas(demand({ currentReplicas: undefined }), limits, undefined, 0);
    assert.equal(first.replicas, 0);
  });

  test("scales up at once, also from zero", () => {
    const decision = decideReplicas(demand({ unfinishedJobs: 40 }), limits, undefined, 0);
    assert.equal(decision.replicas, 20);
    assert.equal(decision.surplus, undefined);
  });

  test("scales down only after a lasting surplus", () => {
    assert.deepEqual(
      course(10, () => 0, 235),
      [10],
    );
  });

  test("scales down by at most a fifth, at least one, to zero", () => {
    assert.deepEqual(
      course(20, () => 0, 1_200),
      [20, 16, 13, 11, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    );
  });

  test("a short peak restarts the wait", () => {
    assert.deepEqual(
      course(10, (second) => (second === 200 ? 20 : 0), 435),
      [10],
    );
  });

  test("not below what was needed during the wait", () => {
    assert.deepEqual(
      course(10, (second) => (second === 200 ? 18 : 0), 240),
      [10, 9],
    );
  });

  test("a lowered maximum applies at once", () => {
    const decision = decideReplicas(demand({ currentReplicas: 60 }), limits, undefined, 0);
    assert.equal(decision.replicas, 50);
  });

  test("the decision says when to decide again", () => {
    const first = decideReplicas(demand({ currentReplicas: 2 }), limits, undefined, 1_000);
    assert.equal(first.requeueAfterMilliseconds, 240_000);
    const later = decideReplicas(demand({ currentReplicas: 2 }), limits, first.surplus, 241_000);
    assert.equal(later.replicas, 1);
    assert.equal(later.requeueAfterMilliseconds, 30_000);
  });
});
