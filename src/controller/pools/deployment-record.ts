import { createHash } from "node:crypto";
import { annotations, labels } from "../../api/settings/kubernetes-names.ts";
import type { Deployment } from "../../platform/kube/resources.ts";
import type { ObservedCondition } from "./pod-problem-policy.ts";

/** What the controller keeps in memory of a pool's Deployment. */
export interface DeploymentRecord {
  /** Undefined for a Deployment of something else. */
  pool: string | undefined;
  uid: string;
  resourceVersion: string;
  ownerUID: string | undefined;
  deleting: boolean;
  hash: string;
  /** Of the whole spec except `replicas`, so that changes by others are noticed. */
  specDigest: string;
  replicas: number;
  status: { replicas: number; readyReplicas: number };
  conditions: readonly ObservedCondition[];
}

export function projectDeployment(deployment: Deployment): DeploymentRecord {
  const { metadata, spec = {}, status } = deployment;
  const { uid = "", resourceVersion = "", ownerReferences = [] } = metadata;
  const { replicas = 1, ...rest } = spec;
  return {
    uid,
    resourceVersion,
    replicas,
    pool: metadata.labels?.[labels.pool],
    ownerUID: ownerReferences.find(({ controller }) => controller === true)?.uid,
    deleting: metadata.deletionTimestamp !== undefined,
    hash: metadata.annotations?.[annotations.templateHash] ?? "",
    specDigest: createHash("sha256").update(JSON.stringify(rest)).digest("hex").slice(0, 16),
    ...projectStatus(status),
  };
}

function projectStatus(
  status: Deployment["status"],
): Pick<DeploymentRecord, "status" | "conditions"> {
  const { replicas = 0, readyReplicas = 0, conditions = [] } = status ?? {};
  return { status: { replicas, readyReplicas }, conditions };
}
