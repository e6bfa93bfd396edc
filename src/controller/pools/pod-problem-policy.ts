import type { PoolProblem } from "./pool-readiness-policy.ts";

/** As much of a pod as says why it does not run. */
export interface ObservedPod {
  phase?: string | undefined;
  /** Of the pod itself, for instance `Evicted` or a node that refuses it. */
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
/** A pod that ended once may have met bad luck. */
const restartsOfALoop = 2;
const longestExitMessage = 300;

/** What keeps the pods of a pool from running, the most telling first; undefined when they are merely on their way. */
export function problemOfPods(
  deploymentConditions: readonly ObservedCondition[],
  pods: readonly ObservedPod[],
): PoolProblem | undefined {
  const refused = deploymentConditions.find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  if (refused !== undefined)
    return { reason: "PodsRefused", message: refused.message ?? "The pods are refused" };
  const found = [unschedulable, imageProblem, containerProblem, crashProblem, refusedByNode];
  for (const find of found)
    for (const pod of pods) {
      const problem = find(pod);
      if (problem !== undefined) return problem;
    }
  return undefined;
}

function unschedulable({ conditions }: ObservedPod): PoolProblem | undefined {
  const scheduled = conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason !== "Unschedulable") return undefined;
  return {
    reason: "Unschedulable",
    message: `No node takes the pods: ${scheduled.message ?? "the scheduler does not say why"}`,
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

function crashProblem({ containers }: ObservedPod): PoolProblem | undefined {
  const crashing = containers?.find(isLooping);
  const ended = crashing?.terminated ?? crashing?.lastTerminated;
  if (ended === undefined) return undefined;
  const { exitCode = "unknown", reason = "Error" } = ended;
  const code = reason === "Error" ? `code ${exitCode}` : `code ${exitCode} (${reason})`;
  const said = ended.message?.trim().slice(-longestExitMessage) ?? "";
  return {
    reason: "CrashLooping",
    message: `The workers end again and again, with ${code}${said === "" ? "" : `: ${said}`}`,
  };
}

function isLooping({ waiting, restartCount }: ObservedContainer): boolean {
  return waiting?.reason === "CrashLoopBackOff" || restartCount >= restartsOfALoop;
}

/** The node itself refuses the pod: no such runtime class, no room, a missing seccomp profile. */
function refusedByNode({ phase, reason, message }: ObservedPod): PoolProblem | undefined {
  if (phase !== "Failed") return undefined;
  return {
    reason: "ContainerNotCreated",
    message: `A node refuses the pod (${reason ?? "Failed"}): ${message ?? "it does not say why"}`,
  };
}

function waitingFor(
  { containers }: ObservedPod,
  reasons: readonly string[],
): { reason: string; message: string } | undefined {
  for (const { waiting } of containers ?? []) {
    if (waiting?.reason === undefined || !reasons.includes(waiting.reason)) continue;
    return { reason: waiting.reason, message: waiting.message ?? "the node does not say why" };
  }
  return undefined;
}
