import { createHash } from "node:crypto";
import { annotations, apiVersion, labels } from "../../api/settings/kubernetes-names.ts";
import { workerPodSpec } from "./worker-pod-spec.ts";
import type { PodInput } from "./worker-pod-spec.ts";

export interface DeploymentInput extends PodInput {
  uid: string;
  namespace: string;
}

/** The part of an object that server-side apply needs. */
export interface DesiredObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences: Record<string, unknown>[];
  };
  spec: Record<string, unknown>;
}

const componentLabel = "app.kubernetes.io/component";
/** The labels from the settings that the selector has. A selector is immutable, so labels that may change are left out. */
const identifyingLabels = ["app.kubernetes.io/name", "app.kubernetes.io/instance"];
/** Selects the Deployments of all pools. */
export const workerSelector = `${componentLabel}=worker,${labels.pool}`;

export function deploymentName(prefix: string, pool: string): string {
  return `${prefix}${pool}`;
}

/** The labels that select the pods of a pool; they never change. */
export function selectorLabels(input: Pick<PodInput, "pool" | "settings">): Record<string, string> {
  const found = Object.entries(input.settings.labels).filter(([key]) =>
    identifyingLabels.includes(key),
  );
  return { ...Object.fromEntries(found), [componentLabel]: "worker", [labels.pool]: input.pool };
}

/** The selector as text, for `status.selector` and list requests. */
export function selectorText(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/**
 * The Deployment of a pool without `replicas`, which is written through the scale subresource. An annotation holds the hash
 * of the object, so that it is applied only when it has changed.
 */
export function desiredDeployment(input: DeploymentInput): DesiredObject {
  const pod = input.spec.pod ?? {};
  const ownLabels = ownLabelsOf(input);
  const desired: DesiredObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(input, ownLabels),
    spec: {
      selector: { matchLabels: selectorLabels(input) },
      revisionHistoryLimit: 2,
      progressDeadlineSeconds: 600,
      // A pod is stopped only when its successor is ready.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } },
      template: {
        metadata: {
          labels: { ...pod.labels, ...ownLabels },
          ...(pod.annotations !== undefined && { annotations: pod.annotations }),
        },
        spec: workerPodSpec(input),
      },
    },
  };
  return withHash(desired);
}

/** Lets at most a quarter of a pool's pods be evicted at a time. */
export function desiredDisruptionBudget(input: DeploymentInput): DesiredObject {
  return withHash({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadataOf(input, ownLabelsOf(input)),
    spec: {
      maxUnavailable: "25%",
      selector: { matchLabels: selectorLabels(input) },
      // Unready pods do not block the drain of a node.
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    },
  });
}

export function hashOf(desired: DesiredObject): string {
  return desired.metadata.annotations?.[annotations.templateHash] ?? "";
}

function withHash(desired: DesiredObject): DesiredObject {
  const hash = createHash("sha256").update(JSON.stringify(desired)).digest("hex").slice(0, 16);
  const metadata = { ...desired.metadata, annotations: { [annotations.templateHash]: hash } };
  return { ...desired, metadata };
}

function ownLabelsOf(input: DeploymentInput): Record<string, string> {
  return { ...input.settings.labels, ...selectorLabels(input) };
}

function metadataOf(
  input: DeploymentInput,
  ownLabels: Record<string, string>,
): DesiredObject["metadata"] {
  return {
    name: deploymentName(input.settings.namePrefix, input.pool),
    namespace: input.namespace,
    labels: ownLabels,
    ownerReferences: [
      // Without `blockOwnerDeletion`, which needs a right on finalizers in some clusters.
      { apiVersion, kind: "BrowserPool", name: input.pool, uid: input.uid, controller: true },
    ],
  };
}
