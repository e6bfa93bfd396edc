import assert from "node:assert/strict";
import { test } from "node:test";
import { poolReadiness } from "./pool-readiness-policy.ts";
import type { ObservedPool } from "./pool-readiness-policy.ts";

const problem = { reason: "Unschedulable", message: "no node" } as const;
const workerProblem = { reason: "SandboxUnavailable", message: "no sandbox" } as const;

function pods(changes: Partial<NonNullable<ObservedPool["pods"]>> = {}): ObservedPool["pods"] {
  return { mode: "Internal", desiredReplicas: 2, readyReplicas: 0, problem: undefined, ...changes };
}

const nothing: ObservedPool = {
  slots: 0,
  sandboxOff: false,
  storeIsAway: false,
  workerProblem: undefined,
  queuedJobs: 0,
  pods: undefined,
};

const cases: [name: string, changes: Partial<ObservedPool>, status: string, reason: string][] = [
  ["workers are ready", { slots: 2 }, "True", "WorkersReady"],
  ["the object store is away", { slots: 2, storeIsAway: true }, "False", "StoreUnavailable"],
  ["without the sandbox", { slots: 2, sandboxOff: true }, "True", "SandboxDisabled"],
  ["no managed pods and no workers", {}, "False", "NoWorkers"],
  ["a worker says why", { workerProblem }, "False", "SandboxUnavailable"],
  [
    "a worker says something newer than this controller",
    { workerProblem: { reason: undefined, message: "?" } },
    "False",
    "NoWorkers",
  ],
  ["pods are on their way", { pods: pods() }, "False", "PodsStarting"],
  ["pods cannot run", { pods: pods({ problem }) }, "False", "Unschedulable"],
  [
    "a worker knows better than its pod",
    { pods: pods({ problem }), workerProblem },
    "False",
    "SandboxUnavailable",
  ],
  ["asleep", { pods: pods({ desiredReplicas: 0 }) }, "True", "Idle"],
  [
    "External, at zero, with jobs",
    { queuedJobs: 1, pods: pods({ mode: "External", desiredReplicas: 0 }) },
    "False",
    "ScaledToZero",
  ],
  [
    "asleep for good, since the Deployment is refused",
    {
      pods: pods({
        desiredReplicas: 0,
        problem: { reason: "DeploymentRefused", message: "quota" },
      }),
    },
    "False",
    "DeploymentRefused",
  ],
  ["ready pods that are silent", { pods: pods({ readyReplicas: 1 }) }, "False", "NoWorkers"],
];

for (const [name, changes, status, reason] of cases)
  test(`${name}: ${status} ${reason}`, () => {
    const readiness = poolReadiness({ ...nothing, ...changes });
    assert.deepEqual([readiness.status, readiness.reason], [status, reason]);
    assert.notEqual(readiness.message, "");
  });

for (const [queuedJobs, words] of [
  [1, "1 job waits"],
  [2, "2 jobs wait"],
] as const)
  test(`what is scaled to zero from outside tells that ${words}`, () => {
    const atZero = pods({ mode: "External", desiredReplicas: 0 });
    const { message } = poolReadiness({ ...nothing, queuedJobs, pods: atZero });
    assert.ok(message.startsWith(`${words} and \`replicas\` is 0; `), message);
  });

test("a ready pool reports the problem of its other pods", () => {
  const { message } = poolReadiness({ ...nothing, slots: 2, pods: pods({ problem }) });
  assert.match(message, /Workers are ready; some are not \(Unschedulable: no node\)/);
});

test("a ready pool reports the problem of a worker, unless it is temporary", () => {
  const messageWith = (reason: "SandboxUnavailable" | "BrowserStarting" | "NetworkUnproven") =>
    poolReadiness({ ...nothing, slots: 2, workerProblem: { reason, message: "why" }, pods: pods() })
      .message;
  assert.equal(
    messageWith("SandboxUnavailable"),
    "Workers are ready; some are not (SandboxUnavailable: why)",
  );
  assert.equal(messageWith("BrowserStarting"), "Workers are ready");
  assert.equal(messageWith("NetworkUnproven"), "Workers are ready");
});
