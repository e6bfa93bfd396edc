import type { PoolProblem } from "./pool-readiness-policy.ts";

/** The part of a pod's status that says why it does not run. */
export interface ObservedPod {
  phase?: string | undefined;
  /** Of the pod itself, e.g. `Evicted`. */
  reason?: string | undefined;
  message?: string | undefined;
  conditions?: readonly ObservedCondition[] | undefined;
  containers?: readonly ObservedContainer[] | undefined;
}

export interface ObservedCondition {
  type: string;
  status: string;
  reason?: string | undefined;
  message?: string | undefined;
}

export interface ObservedContainer {
  name: string;
  restartCount: number;
  waiting?: { reason?: string; message?: string } | undefined;
  terminated?: { exitCode?: number; reason?: string; message?: string } | undefined;
  lastTerminated?: { exitCode?: number; reason?: string; message?: string } | undefined;
}

const pullReasons = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"];
const containerReasons = [
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "PreCreateHookError",
  "PostStartHookError",
];
/** A single restart may have a passing cause. */
const crashLoopRestarts = 2;
const longestExitMessage = 300;

/** What keeps the pods of a pool from running, the most specific first; undefined while they only start. */
export function problemOfPods(
  deploymentConditions: readonly ObservedCondition[],
  pods: readonly ObservedPod[],
): PoolProblem | undefined {
  const refused = deploymentConditions.find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  if (refused !== undefined)
    return { reason: "PodsRefused", message: refused.message ?? "The API server refuses the pods" };
  const checks = [unschedulable, imageProblem, containerProblem, crashProblem, refusedByNode];
  for (const check of checks)
    for (const pod of pods) {
      const problem = check(pod);
      if (problem !== undefined) return problem;
    }
  return undefined;
}

function unschedulable({ conditions }: ObservedPod): PoolProblem | undefined {
  const scheduled = conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason !== "Unschedulable") return undefined;
  return {
    reason: "Unschedulable",
    message: `The pods cannot be scheduled: ${scheduled.message ?? "the scheduler gives no reason"}`,
  };
}

function imageProblem(pod: ObservedPod): PoolProblem | undefined {
  const waiting = waitingFor(pod, pullReasons);
  if (waiting === undefined) return undefined;
  return {
    reason: "ImagePullFailed",
    message: `The image cannot be pulled (${waiting.reason}): ${waiting.message}`,
  };
}

function containerProblem(pod: ObservedPod): PoolProblem | undefined {
  const waiting = waitingFor(pod, containerReasons);
  if (waiting === undefined) return undefined;
  return {
    reason: "ContainerNotCreated",
    message: `The container cannot be started (${waiting.reason}): ${waiting.message}`,
  };
}

function crashProblem({ containers = [] }: ObservedPod): PoolProblem | undefined {
  for (const container of containers) {
    const ended = container.terminated ?? container.lastTerminated;
    if (!isLooping(container) || ended === undefined) continue;
    const message = `The containers \`${container.name}\` exit repeatedly, with ${textOfExit(ended)}`;
    return { reason: "CrashLooping", message };
  }
  return undefined;
}

function textOfExit(ended: NonNullable<ObservedContainer["terminated"]>): string {
  const { exitCode = "unknown", reason = "Error", message = "" } = ended;
  const code = reason === "Error" ? `code ${exitCode}` : `code ${exitCode} (${reason})`;
  const said = message.trim().slice(-longestExitMessage);
  return said === "" ? code : `${code}: ${said}`;
}

function isLooping({ waiting, restartCount }: ObservedContainer): boolean {
  return waiting?.reason === "CrashLoopBackOff" || restartCount >= crashLoopRestarts;
}

/** The node refuses the pod: a missing runtime class or seccomp profile, no capacity. */
function refusedByNode({ phase, reason, message }: ObservedPod): PoolProblem | undefined {
  if (phase !== "Failed") return undefined;
  return {
    reason: "ContainerNotCreated",
    message: `A node refuses the pod (${reason ?? "Failed"}): ${message ?? "it gives no reason"}`,
  };
}

function waitingFor(
  { containers }: ObservedPod,
  reasons: readonly string[],
): { reason: string; message: string } | undefined {
  for (const { waiting } of containers ?? []) {
    if (waiting?.reason === undefined || !reasons.includes(waiting.reason)) continue;
    return { reason: waiting.reason, message: waiting.message ?? "the node gives no reason" };
  }
  return undefined;
}
