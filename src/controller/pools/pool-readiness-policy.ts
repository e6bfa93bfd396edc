import type { PoolReason } from "../../api/reasons/pool-reasons.ts";
import type { Condition } from "../../api/kinds/resource-types.ts";
import type { WorkerProblem } from "../../api/reasons/worker-problems.ts";

/** Something that keeps pods from taking jobs. */
export interface PoolProblem {
  reason: PoolReason;
  message: string;
}

/** What the readiness of a pool depends on. */
export interface ObservedPool {
  slots: number;
  /** The object store does not answer, so nothing is dispatched. */
  storeIsAway: boolean;
  sandboxOff: boolean;
  /** Why a worker takes no jobs, in its own words. */
  workerProblem: { reason: WorkerProblem | undefined; message: string } | undefined;
  queuedJobs: number;
  /** Undefined where the controller manages no pods. */
  pods:
    | {
        mode: "Internal" | "External";
        desiredReplicas: number;
        readyReplicas: number;
        /** The most specific problem, if one is known. */
        problem: PoolProblem | undefined;
      }
    | undefined;
}

type Readiness = Pick<Condition, "status" | "message"> & { reason: PoolReason };

const longestMessage = 1_000;

/** The condition `Ready` of a pool: whether its workers take jobs, and if not, why. */
export function poolReadiness(observed: ObservedPool): Readiness {
  const readiness = readinessOf(observed);
  return { ...readiness, message: readiness.message.slice(0, longestMessage) };
}

function readinessOf(observed: ObservedPool): Readiness {
  if (observed.storeIsAway)
    return {
      status: "False",
      reason: "StoreUnavailable",
      message: "The object store does not answer, so no captures begin; jobs wait",
    };
  return observed.slots > 0 ? whileReady(observed) : whileNotReady(observed);
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

/** Every worker announces these for some seconds after its start. */
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
  // A worker gives a specific reason; its pod only says that it is not ready.
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
      message: `${waiting(queuedJobs)} and \`replicas\` is 0; since \`scaling.mode\` is External, an autoscaler or you must scale the pool up`,
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
