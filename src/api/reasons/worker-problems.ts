/**
 * Why a worker takes no work, in one word: `reason` of its announcement, of a log line and of its pool's condition `Ready`.
 * The first one that applies is announced: what stands above is what a person has to mend first.
 */
export const workerProblems = {
  SandboxUnavailable:
    "The browser cannot start its sandbox on this node: user namespaces or the seccomp profile are missing.",
  NetworkPolicyMissing:
    "The worker can reach an address that a NetworkPolicy has to keep from it, so pages could, too.",
  BrowserMissing: "There is no browser where the worker looks for one.",
  BrowserFailed: "The browser was found but does not start, or not for long.",
  EgressUnreachable: "The egress proxy does not answer, so no page could be loaded.",
  NetworkUnproven:
    "The worker has not tried yet whether the network keeps it from where it must not get.",
  BrowserStarting: "The browser is being started.",
} as const;

export type WorkerProblem = keyof typeof workerProblems;

export const workerProblemReasons = Object.keys(workerProblems) as readonly WorkerProblem[];

/** Whether a word from outside is one of the catalogue. */
export function isWorkerProblem(value: unknown): value is WorkerProblem {
  return typeof value === "string" && Object.hasOwn(workerProblems, value);
}
