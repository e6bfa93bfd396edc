import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOfPods } from "./pod-problem-policy.ts";
import type { ObservedContainer, ObservedPod } from "./pod-problem-policy.ts";

const running: ObservedPod = {
  phase: "Running",
  conditions: [{ type: "PodScheduled", status: "True" }],
  containers: [{ name: "worker", restartCount: 0 }],
};

const withContainer = (container: Partial<ObservedContainer>): ObservedPod => ({
  ...running,
  containers: [{ name: "worker", restartCount: 0, ...container }],
});

test("pods that start have no problem", () => {
  assert.equal(
    problemOfPods([], [running, withContainer({ waiting: { reason: "ContainerCreating" } })]),
    undefined,
  );
  assert.equal(problemOfPods([{ type: "ReplicaFailure", status: "False" }], []), undefined);
});

test("a refusal of all pods precedes the problem of one", () => {
  const refused = { type: "ReplicaFailure", status: "True", message: "exceeded quota" };
  const pull = withContainer({ waiting: { reason: "ErrImagePull", message: "not found" } });
  assert.deepEqual(problemOfPods([refused], [pull]), {
    reason: "PodsRefused",
    message: "exceeded quota",
  });
});

test("one restart is no crash loop, two are", () => {
  const lastTerminated = { exitCode: 137, reason: "OOMKilled" };
  assert.equal(problemOfPods([], [withContainer({ restartCount: 1, lastTerminated })]), undefined);
  const found = problemOfPods([], [withContainer({ restartCount: 2, lastTerminated })]);
  assert.equal(found?.reason, "CrashLooping");
  assert.match(found?.message ?? "", /code 137 \(OOMKilled\)/);
});

test("a long exit message keeps its end", () => {
  const message = `${"x".repeat(2_000)} the cause`;
  const crashed = withContainer({
    waiting: { reason: "CrashLoopBackOff" },
    restartCount: 3,
    lastTerminated: { exitCode: 1, message },
  });
  const found = problemOfPods([], [crashed])?.message ?? "";
  assert.ok(found.endsWith("the cause") && found.length < 400, found);
});

test("a node that refuses the pod is named by its reason", () => {
  const failed = { phase: "Failed", reason: "UnexpectedAdmissionError", message: "no device" };
  const found = problemOfPods([], [failed]);
  assert.equal(found?.reason, "ContainerNotCreated");
  assert.match(found?.message ?? "", /UnexpectedAdmissionError\): no device/);
});
