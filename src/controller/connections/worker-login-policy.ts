import type { PodRecord } from "./pod-record.ts";

/** What the API server said of a token; undefined: it is not valid. */
export type TokenFacts =
  { userName: string; pod: { name: string; uid: string } | undefined } | undefined;

interface LoginFacts {
  token: TokenFacts;
  /** The cached pod of the token's uid. */
  pod: PodRecord | undefined;
  /** The service account of all workers, `system:serviceaccount:<namespace>:<name>`. */
  serviceAccount: string;
}

export type LoginVerdict =
  { kind: "Granted"; worker: PodRecord } | { kind: "Refused"; reason: string };

/** Longer names, and such with dots, are of no pod that the controller makes; a worker's name is a token of a subject. */
const workerName = /^[a-z0-9-]{1,253}$/;

/**
 * Who a connection is, by the token of its pod. Nothing that the client says of itself counts: the pool is that of the pod's label, which
 * workers cannot change.
 */
export function judgeLogin({ token, pod, serviceAccount }: LoginFacts): LoginVerdict {
  if (token === undefined) return refused("the token is not valid for NATS");
  if (token.userName !== serviceAccount) return refused(`the token is of ${token.userName}`);
  if (token.pod === undefined) return refused("the token belongs to no pod");
  if (pod === undefined || pod.uid !== token.pod.uid || pod.name !== token.pod.name)
    return refused(`the pod ${token.pod.name} is not, or no longer, one of a pool`);
  if (!workerName.test(pod.name)) return refused(`a pod ${pod.name} cannot be a worker`);
  return { kind: "Granted", worker: pod };
}

function refused(reason: string): LoginVerdict {
  return { kind: "Refused", reason };
}

/** What the connection of a worker is called at the server, by which it is found again. */
export function connectionName({ pool, name, uid }: PodRecord): string {
  return `${pool}/${name}/${uid}`;
}
