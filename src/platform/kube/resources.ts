import type {
  Account,
  BrowserPool,
  ScreenshotClass,
  ScreenshotJob,
} from "../../api/kinds/resource-types.ts";
import { group, version } from "../../api/settings/kubernetes-names.ts";
import type { KubeTransport } from "./transport.ts";
import type { KubeObject } from "./kube-object.ts";
import type { ResourceType } from "./resource-type.ts";
import { ResourceClient } from "./resource-client.ts";

/** The kinds that Stills reads or writes. */

export interface Secret extends KubeObject {
  type?: string;
  /** Base64. */
  data?: Record<string, string>;
  /** Write only. */
  stringData?: Record<string, string>;
}

export interface Namespace extends KubeObject {
  status?: { phase?: string };
}

export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string | null;
    leaseDurationSeconds?: number;
    acquireTime?: string | null;
    renewTime?: string | null;
    leaseTransitions?: number;
  };
}

/** events.k8s.io/v1 */
export interface KubeEvent extends KubeObject {
  eventTime: string;
  reportingController: string;
  reportingInstance: string;
  action: string;
  reason: string;
  note?: string;
  type: "Normal" | "Warning";
  regarding: ObjectReference;
  series?: { count: number; lastObservedTime: string };
}

export interface ObjectReference {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  uid?: string;
}

export interface CustomResourceDefinition extends KubeObject {
  spec: {
    group: string;
    scope: "Namespaced" | "Cluster";
    names: { plural: string; kind: string };
    versions: { name: string; served: boolean }[];
  };
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

interface PodTemplate {
  metadata?: { annotations?: Record<string, string>; [field: string]: unknown };
  [field: string]: unknown;
}

export interface Deployment extends KubeObject {
  spec?: { replicas?: number; template?: PodTemplate; [field: string]: unknown };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    conditions?: KubeCondition[];
  };
}

export interface StatefulSet extends KubeObject {
  spec?: {
    template?: PodTemplate;
    [field: string]: unknown;
  };
}

export interface KubeCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** The fields of a pod that show why it does not run. */
export interface Pod extends KubeObject {
  spec?: { nodeName?: string; [field: string]: unknown };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: KubeCondition[];
    containerStatuses?: ContainerStatus[];
    podIPs?: { ip: string }[];
    /** Also of sidecars. */
    initContainerStatuses?: ContainerStatus[];
  };
}

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: Record<string, unknown>;
  terminated?: { exitCode?: number; reason?: string; message?: string };
}

/** What says how the cluster is numbered. */
export interface Node extends KubeObject {
  spec?: { podCIDR?: string; podCIDRs?: string[] };
  status?: { addresses?: { type: string; address: string }[] };
}

export interface ServiceCIDR extends KubeObject {
  spec?: { cidrs?: string[] };
}

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

export interface PodDisruptionBudget extends KubeObject {
  spec?: Record<string, unknown>;
}

const stills = { group, version, namespaced: true } as const;

export const screenshotJobType: ResourceType = {
  ...stills,
  plural: "screenshotjobs",
  kind: "ScreenshotJob",
};
export const browserPoolType: ResourceType = {
  ...stills,
  plural: "browserpools",
  kind: "BrowserPool",
};
export const accountType: ResourceType = { ...stills, plural: "accounts", kind: "Account" };
export const screenshotClassType = clusterType(
  group,
  version,
  "screenshotclasses",
  "ScreenshotClass",
);
export const secretType = namespacedType("", "v1", "secrets", "Secret");
export const namespaceType = clusterType("", "v1", "namespaces", "Namespace");
export const nodeType = clusterType("", "v1", "nodes", "Node");
const serviceCIDRType = clusterType("networking.k8s.io", "v1", "servicecidrs", "ServiceCIDR");
const configMapType = namespacedType("", "v1", "configmaps", "ConfigMap");
const leaseType = namespacedType("coordination.k8s.io", "v1", "leases", "Lease");
export const eventType = namespacedType("events.k8s.io", "v1", "events", "Event");
export const deploymentType = namespacedType("apps", "v1", "deployments", "Deployment");
const statefulSetType = namespacedType("apps", "v1", "statefulsets", "StatefulSet");
export const podType = namespacedType("", "v1", "pods", "Pod");
const podDisruptionBudgetType = namespacedType(
  "policy",
  "v1",
  "poddisruptionbudgets",
  "PodDisruptionBudget",
);
const customResourceDefinitionType = clusterType(
  "apiextensions.k8s.io",
  "v1",
  "customresourcedefinitions",
  "CustomResourceDefinition",
);

export function screenshotJobs(transport: KubeTransport): ResourceClient<ScreenshotJob> {
  return new ResourceClient(transport, screenshotJobType);
}

export function browserPools(transport: KubeTransport): ResourceClient<BrowserPool> {
  return new ResourceClient(transport, browserPoolType);
}

export function accounts(transport: KubeTransport): ResourceClient<Account> {
  return new ResourceClient(transport, accountType);
}

export function screenshotClasses(transport: KubeTransport): ResourceClient<ScreenshotClass> {
  return new ResourceClient(transport, screenshotClassType);
}

export function secrets(transport: KubeTransport): ResourceClient<Secret> {
  return new ResourceClient(transport, secretType);
}

export function namespaces(transport: KubeTransport): ResourceClient<Namespace> {
  return new ResourceClient(transport, namespaceType);
}

export function leases(transport: KubeTransport): ResourceClient<Lease> {
  return new ResourceClient(transport, leaseType);
}

export function events(transport: KubeTransport): ResourceClient<KubeEvent> {
  return new ResourceClient(transport, eventType);
}

export function deployments(transport: KubeTransport): ResourceClient<Deployment> {
  return new ResourceClient(transport, deploymentType);
}

export function statefulSets(transport: KubeTransport): ResourceClient<StatefulSet> {
  return new ResourceClient(transport, statefulSetType);
}

export function pods(transport: KubeTransport): ResourceClient<Pod> {
  return new ResourceClient(transport, podType);
}

export function serviceCIDRs(transport: KubeTransport): ResourceClient<ServiceCIDR> {
  return new ResourceClient(transport, serviceCIDRType);
}

export function configMaps(transport: KubeTransport): ResourceClient<ConfigMap> {
  return new ResourceClient(transport, configMapType);
}

export function podDisruptionBudgets(
  transport: KubeTransport,
): ResourceClient<PodDisruptionBudget> {
  return new ResourceClient(transport, podDisruptionBudgetType);
}

export function customResourceDefinitions(
  transport: KubeTransport,
): ResourceClient<CustomResourceDefinition> {
  return new ResourceClient(transport, customResourceDefinitionType);
}

function namespacedType(
  apiGroup: string,
  apiVersion: string,
  plural: string,
  kind: string,
): ResourceType {
  return { group: apiGroup, version: apiVersion, plural, kind, namespaced: true };
}

function clusterType(
  apiGroup: string,
  apiVersion: string,
  plural: string,
  kind: string,
): ResourceType {
  return { group: apiGroup, version: apiVersion, plural, kind, namespaced: false };
}
