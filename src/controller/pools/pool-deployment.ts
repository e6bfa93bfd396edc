import { createHash } from "node:crypto";
import { annotations, apiVersion, labels } from "../../api/settings/keys.ts";
import { workerPodSpec } from "./pool-pod.ts";
import type { PodInput } from "./pool-pod.ts";

export interface DeploymentInput extends PodInput {
  uid: string;
  namespace: string;
}

/** As much of an object as server-side apply needs. */
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
/** Labels of the settings that the selector needs; the others may change, which a selector may not. */
const identifyingLabels = ["app.kubernetes.io/name", "app.kubernetes.io/instance"];
/** What is asked of the pods of all pools at once. */
export const workerSelector = `${componentLabel}=worker,${labels.pool}`;

export function deploymentName(prefix: string, pool: string): string {
  return `${prefix}${pool}`;
}

/** The labels by which a pool's pods are known, for good. */
export function selectorLabels(input: Pick<PodInput, "pool" | "settings">): Record<string, string> {
  const found = Object.entries(input.settings.labels).filter(([key]) =>
    identifyingLabels.includes(key),
  );
  return { ...Object.fromEntries(found), [componentLabel]: "worker", [labels.pool]: input.pool };
}

/** As `status.selector` and list requests have it. */
export function selectorText(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/**
 * The Deployment of a pool, without the number of its replicas, which is written by the scale subresource. The hash of all
 * of it stands in an annotation, so that nothing is applied when nothing changed.
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
      // A pod goes only when its successor takes jobs.
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

/** At most a quarter of a pool's pods are evicted at a time. */
export function desiredDisruptionBudget(input: DeploymentInput): DesiredObject {
  return withHash({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadataOf(input, ownLabelsOf(input)),
    spec: {
      maxUnavailable: "25%",
      selector: { matchLabels: selectorLabels(input) },
      // Pods that take no jobs hold up no node.
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
      // Not `blockOwnerDeletion`: some clusters ask for a right on finalizers then, and nobody waits for the pods.
      { apiVersion, kind: "BrowserPool", name: input.pool, uid: input.uid, controller: true },
    ],
  };
}
