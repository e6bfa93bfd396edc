import type { Account } from "../api/kinds/resource-types.ts";

interface Metadata {
  name?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface KeptSecret {
  metadata: { name?: string; ownerReferences?: readonly unknown[] };
  /** Base64. */
  data?: Record<string, string>;
}

interface ObservedDeployment {
  metadata: { generation?: number };
  spec?: { replicas?: number };
  status?: { observedGeneration?: number; replicas?: number; updatedReplicas?: number };
}

/** Names the namespace that the object was in; wrong in another one. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The Secrets that an account names: its keys and, where it has a bucket of its own, those of the bucket. */
export function secretNamesOf({ spec }: Pick<Account, "spec">): string[] {
  const { credentialsSecretRef, storage } = spec;
  const names = [credentialsSecretRef.name, storage?.credentialsSecretRef?.name];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/**
 * The metadata of an object's copy in another namespace. Labels and annotations stay, by which Helm knows what belongs to its release; what
 * owns the original cannot own the copy.
 */
export function metadataOfCopy(
  { metadata }: { metadata: Metadata },
  namespace: string,
): Required<Metadata> & { namespace: string } {
  const { [lastApplied]: _, ...annotations } = metadata.annotations ?? {};
  const { name = "", labels = {} } = metadata;
  return { namespace, name, labels, annotations };
}

/** Why the Secret of a moved account stays where it was; undefined if it may go. */
export function reasonToKeep(
  original: KeptSecret,
  copy: KeptSecret | undefined,
): string | undefined {
  if (copy === undefined) return "there is no copy of it";
  if (!hasSameValues(original.data, copy.data)) return "its copy has other values";
  if ((original.metadata.ownerReferences ?? []).length > 0) return "another object owns it";
  return undefined;
}

function hasSameValues(one: KeptSecret["data"] = {}, other: KeptSecret["data"] = {}): boolean {
  const keys = Object.keys({ ...one, ...other });
  return keys.every((key) => one[key] === other[key]);
}

/** Whether every pod of a Deployment is of its current template. Pods that are being deleted do not count. */
export function isRolledOut({ metadata, spec, status = {} }: ObservedDeployment): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) return false;
  return updatedReplicas === replicas && updatedReplicas >= (spec?.replicas ?? 1);
}
