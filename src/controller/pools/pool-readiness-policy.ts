import type { PoolReason } from "../../api/reasons/pool-reasons.ts";
import type { Condition } from "../../api/kinds/resource-types.ts";
import type { WorkerProblem } from "../../api/reasons/worker-problems.ts";

/** Something that keeps pods from taking jobs. */
export interface PoolProblem {
  reason: PoolReason;
  message: string;
}

/** What there is to see of a pool. */
export interface ObservedPool {
  slots: number;
  sandboxOff: boolean;
  /** Of a worker that takes no jobs, as it says itself. */
  workerProblem: { reason: WorkerProblem | undefined; message: string } | undefined;
  queuedJobs: number;
  /** Undefined: the controller manages no pods here. */
  pods:
    | {
        mode: "Internal" | "External";
        desiredReplicas: number;
        readyReplicas: number;
        /** The worst that stands in the way, if anything is known. */
        problem: PoolProblem | undefined;
      }
    | undefined;
}

type Readiness = Pick<Condition, "status" | "message"> & { reason: PoolReason };

const longestMessage = 1_000;

/** The condition `Ready` of a pool: whether jobs can be taken, and if not, why. */
export function poolReadiness(sight: ObservedPool): Readiness {
  const readiness = sight.slots > 0 ? whileReady(sight) : whileNotReady(sight);
  return { ...readiness, message: readiness.message.slice(0, longestMessage) };
}

function whileReady({ sandboxOff, workerProblem, pods }: ObservedPool): Readiness {
  const reason = sandboxOff ? "SandboxDisabled" : "WorkersReady";
  const sentence = sandboxOff
    ? "Workers are ready, but a browser runs without Chromium's sandbox"
    : "Workers are ready";
  const lasting = isPassing(workerProblem?.reason) ? undefined : workerProblem;
  const problem = lasting ?? pods?.problem;
  if (problem === undefined) return { status: "True", reason, message: sentence };
  const { reason: word = "NoWorkers", message } = problem;
  return { status: "True", reason, message: `${sentence}; some are not (${word}: ${message})` };
}

/** Every worker says so for some seconds after its start. */
function isPassing(reason: WorkerProblem | undefined): boolean {
  return reason === "BrowserStarting" || reason === "NetworkUnproven";
}

function whileNotReady({ pods, queuedJobs, workerProblem }: ObservedPool): Readiness {
  const no = (reason: PoolReason, message: string): Readiness => ({
    status: "False",
    reason,
    message,
  });
  if (pods === undefined) {
    if (workerProblem !== undefined) return fromWorker(workerProblem);
    return no("NoWorkers", "No worker of this pool is ready; jobs wait");
  }
  const { problem, desiredReplicas, readyReplicas, mode } = pods;
  if (problem?.reason === "DeploymentRefused" || problem?.reason === "AddressUnknown")
    return no(problem.reason, problem.message);
  if (desiredReplicas === 0) return atZero(mode, queuedJobs);
  // A worker knows better than its pod, which only says that it is not ready.
  if (workerProblem !== undefined) return fromWorker(workerProblem);
  if (problem !== undefined) return no(problem.reason, problem.message);
  if (readyReplicas > 0)
    return no("NoWorkers", "Pods are ready, but no worker has announced itself on NATS; jobs wait");
  return no("PodsStarting", `Pods are starting: 0 of ${desiredReplicas} are ready; jobs wait`);
}

function atZero(mode: "Internal" | "External", queuedJobs: number): Readiness {
  if (mode === "External" && queuedJobs > 0)
    return {
      status: "False",
      reason: "ScaledToZero",
      message: `${waiting(queuedJobs)} and \`replicas\` is 0; since \`scaling.mode\` is External, somebody has to scale the pool up`,
    };
  return {
    status: "True",
    reason: "Idle",
    message: "No pods run and none is needed; the first job starts one",
  };
}

function waiting(jobs: number): string {
  return jobs === 1 ? "1 job waits" : `${jobs} jobs wait`;
}

function fromWorker({ reason, message }: NonNullable<ObservedPool["workerProblem"]>): Readiness {
  return { status: "False", reason: reason ?? "NoWorkers", message };
}
