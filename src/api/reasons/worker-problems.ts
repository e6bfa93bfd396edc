/**
 * Reasons why a worker accepts no work, in announcements, logs and the pool's condition `Ready`. If several apply, the first one
 * is announced, since it has to be fixed first.
 */
export const workerProblems = {
  SandboxUnavailable:
    "The browser cannot start its sandbox on this node: user namespaces or the seccomp profile are missing.",
  NetworkPolicyMissing:
    "The worker can reach an address that a NetworkPolicy has to block, so pages could reach it too.",
  BrowserContainerAway:
    "The container of the browser has not connected to the worker, has ended, or does not answer.",
  BrowserMissing: "The worker finds no browser.",
  BrowserFailed: "The browser does not start, or exits soon after.",
  ClockSkewed: "The worker's clock differs from that of NATS by more than two seconds.",
  EgressUnreachable: "The egress proxy does not answer, so pages cannot load.",
  StoreUnavailable: "The object store does not take pictures, so no more are captured.",
  NetworkUnproven: "The worker has not yet checked that the network blocks forbidden addresses.",
  BrowserStarting: "The browser is starting.",
} as const;

export type WorkerProblem = keyof typeof workerProblems;

export const workerProblemReasons = Object.keys(workerProblems) as readonly WorkerProblem[];

/** Whether an unparsed value is a worker problem. */
export function isWorkerProblem(value: unknown): value is WorkerProblem {
  return typeof value === "string" && Object.hasOwn(workerProblems, value);
}
