import assert from "node:assert/strict";
import { defaultClassName, labels } from "../../../src/api/settings/kubernetes-names.ts";
import { rbacRules, rulesOfClass } from "../../../src/api/rights/rbac-rules.ts";
import type { BrowserPool, Condition } from "../../../src/api/kinds/resource-types.ts";
import type { WorkerPodSettings } from "../../../src/api/settings/worker-pod-settings.ts";
import { isNotFound } from "../../../src/platform/kube/kube-error.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import type { KubeObject } from "../../../src/platform/kube/kube-object.ts";
import type { ResourceType } from "../../../src/platform/kube/resource-type.ts";
import {
  deployments,
  namespaces,
  podDisruptionBudgets,
  pods,
  secrets,
} from "../../../src/platform/kube/resources.ts";
import type { Deployment, Pod } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import {
  accountsNamespace,
  Installation,
  operatorNamespace,
} from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

export type AnyObject = KubeObject & Record<string, unknown>;

const rbac = { group: "rbac.authorization.k8s.io", version: "v1" } as const;
const namespace = operatorNamespace;

export const settings: WorkerPodSettings = {
  namePrefix: "stills-pool-",
  labels: {
    "app.kubernetes.io/name": "stills",
    "app.kubernetes.io/instance": "test",
    "helm.sh/chart": "stills-0.1.0",
  },
  image: "stills-worker:test",
  imagePullPolicy: "IfNotPresent",
  imagePullSecrets: ["registry"],
  serviceAccountName: "stills-worker",
  natsURL: "tls://localhost:4222",
  natsCASecret: { name: "stills-nats-tls", key: "ca.crt" },
  natsPasswordSecretPrefix: "stills-nats-worker-",
  egressURL: "http://127.0.0.1:3128",
  allowDNS: false,
  seccompProfile: { type: "Localhost", localhostProfile: "stills/worker.json" },
  requireNetworkPolicy: true,
  forbiddenAddresses: ["127.0.0.1:9"],
  sharedMemory: "256Mi",
  encoderMemoryMebibytes: 1_100,
  logLevel: "info",
  scaleDownAfterSeconds: 1,
};

/**
 * An installation whose controller manages worker pods. There is no kube-controller-manager and no kubelet: the test writes
 * pods and the status of Deployments as they would.
 */
export class PoolInstallation implements AsyncDisposable {
  readonly installation: Installation;
  readonly #kubeconfig: string;
  readonly #settings: WorkerPodSettings;

  private constructor(installation: Installation, kubeconfig: string) {
    this.installation = installation;
    this.#kubeconfig = kubeconfig;
    const { natsPasswordSecretPrefix: _, ...withTokens } = settings;
    this.#settings = installation.natsServer.calloutKey === undefined ? settings : withTokens;
  }

  static async start(
    pools: string[],
    options: { ownKubeAPI?: boolean; workersHaveTokens?: boolean } = {},
  ): Promise<PoolInstallation> {
    const installation = await Installation.start({ pools, ...options });
    const userName = "stills-controller";
    const kubeconfig = await installation.kube.issueKubeconfig({
      name: "controller",
      userName,
    });
    const made = new PoolInstallation(installation, kubeconfig);
    await made.#grant(userName);
    // What Kubernetes itself calls the strictest; pods of pools have to pass it.
    await namespaces(installation.transport).mergePatch(
      { name: namespace },
      { metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
    );
    await made.create("serviceaccounts", "ServiceAccount", settings.serviceAccountName, {});
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.installation[Symbol.asyncDispose]();
  }

  /** With the rights that the chart gives it, and no more. */
  startController(changes: Partial<WorkerPodSettings> = {}): RunningController {
    return this.installation.startController(this.#kubeconfig, {
      workerPods: { ...this.#settings, ...changes },
    });
  }

  get deployments() {
    return deployments(this.installation.transport);
  }

  get budgets() {
    return podDisruptionBudgets(this.installation.transport);
  }

  get pods() {
    return pods(this.installation.transport);
  }

  get secrets() {
    return secrets(this.installation.transport);
  }

  async create(plural: string, kind: string, name: string, body: object): Promise<AnyObject> {
    const type = { group: "", version: "v1", plural, kind, namespaced: true };
    return await this.client(type).create({ metadata: { namespace, name }, ...body });
  }

  client(type: ResourceType): ResourceClient<AnyObject> {
    return new ResourceClient<AnyObject>(this.installation.transport, type);
  }

  nameOf(pool: string): { namespace: string; name: string } {
    return { namespace, name: `${settings.namePrefix}${pool}` };
  }

  async deployment(pool: string): Promise<Deployment | undefined> {
    try {
      return await this.deployments.get(this.nameOf(pool));
    } catch (err) {
      if (isNotFound(err)) return undefined;
      throw err;
    }
  }

  async untilDeployment(
    pool: string,
    what: string,
    accept: (deployment: Deployment) => boolean,
  ): Promise<Deployment> {
    return await eventually(`the Deployment of ${pool} ${what}`, async () => {
      const found = await this.deployment(pool);
      return found !== undefined && accept(found) ? found : undefined;
    });
  }

  async untilReplicas(pool: string, replicas: number): Promise<Deployment> {
    return await this.untilDeployment(
      pool,
      `has ${replicas} replicas`,
      ({ spec, metadata }) =>
        spec?.replicas === replicas &&
        metadata.annotations?.["stills.dev/template-hash"] !== undefined,
    );
  }

  async pool(name: string): Promise<BrowserPool> {
    return await this.installation.pools.get({ namespace, name });
  }

  async patchPool(name: string, spec: object): Promise<void> {
    await this.installation.pools.mergePatch({ namespace, name }, { spec });
  }

  async untilReady(name: string, status: string, reason: string): Promise<Condition> {
    return await this.#untilCondition(
      name,
      `Ready=${status} ${reason}`,
      (condition) => condition.status === status && condition.reason === reason,
    );
  }

  /** For what changes while the reason stays. */
  async untilMessage(name: string, reason: string, message: RegExp): Promise<Condition> {
    return await this.#untilCondition(
      name,
      `${reason} ${message}`,
      (condition) => condition.reason === reason && message.test(condition.message),
    );
  }

  async #untilCondition(
    name: string,
    what: string,
    accept: (ready: Condition) => boolean,
  ): Promise<Condition> {
    let last: Condition | undefined;
    return await eventually(`pool ${name} is ${what}`, async () => {
      last = readyOf(await this.pool(name));
      return last !== undefined && accept(last) ? last : undefined;
    }).catch((err: unknown) => {
      throw new Error(`its condition is ${JSON.stringify(last)}`, { cause: err });
    });
  }

  /** As kube-controller-manager would. */
  async writeDeploymentStatus(pool: string, status: object): Promise<void> {
    const { metadata } = (await this.deployment(pool)) as Deployment;
    await this.deployments.patchStatus(
      this.nameOf(pool),
      metadata.resourceVersion as string,
      status,
    );
  }

  /** A pod of the pool from its Deployment's template, as kube-controller-manager makes it. */
  async createPod(pool: string, name: string): Promise<Pod> {
    const { metadata, spec } = templateOf(await this.deployment(pool));
    return await this.pods.create({
      metadata: { ...metadata, namespace, name },
      spec: { ...spec },
    });
  }

  /** As kubelet and scheduler would. */
  async writePodStatus(name: string, status: object): Promise<void> {
    const { metadata } = await this.pods.get({ namespace, name });
    await this.pods.patchStatus({ namespace, name }, metadata.resourceVersion as string, status);
  }

  async deletePods(pool: string): Promise<void> {
    const labelSelector = `${labels.pool}=${pool}`;
    for await (const { metadata } of this.pods.listAll({ namespace, labelSelector }))
      await this.pods.delete({ namespace, name: metadata.name as string });
  }

  async #grant(name: string): Promise<void> {
    const rules = rulesOfClass(rbacRules.controller, defaultClassName);
    const subjects = [{ kind: "User", name, apiGroup: rbac.group }];
    const make = async (kind: string, place: { namespace?: string }, body: object) =>
      await this.client({
        ...{ ...rbac, plural: `${kind.toLowerCase()}s`, kind },
        namespaced: place.namespace !== undefined,
      }).create({ metadata: { ...place, name }, ...body });
    const roleRef = (kind: string) => ({ apiGroup: rbac.group, kind, name });
    await make("ClusterRole", {}, { rules: rules.cluster });
    await make("ClusterRoleBinding", {}, { roleRef: roleRef("ClusterRole"), subjects });
    for (const [place, granted] of [
      [{ namespace }, rules.operatorNamespace],
      [{ namespace: accountsNamespace }, rules.accountsNamespace],
    ] as const) {
      await make("Role", place, { rules: granted });
      await make("RoleBinding", place, { roleRef: roleRef("Role"), subjects });
    }
  }
}

export function readyOf(pool: BrowserPool): Condition | undefined {
  return pool.status?.conditions?.find(({ type }) => type === "Ready");
}

/** The part of a worker's pod that tests read. */
export interface WorkerPodSpec {
  automountServiceAccountToken: boolean;
  enableServiceLinks: boolean;
  terminationGracePeriodSeconds: number;
  dnsPolicy: string;
  dnsConfig: unknown;
  hostAliases: { ip: string; hostnames: string[] }[];
  nodeSelector?: Record<string, string>;
  runtimeClassName?: string;
  tolerations: { key: string }[];
  securityContext: { runAsUser: number; seccompProfile: unknown };
  initContainers: WorkerContainerSpec[];
  containers: WorkerContainerSpec[];
  volumes: { name: string; emptyDir?: unknown; projected?: unknown }[];
}

interface WorkerContainerSpec {
  name: string;
  args: string[];
  restartPolicy?: string;
  env: { name: string; value?: string }[];
  securityContext: {
    capabilities: unknown;
    readOnlyRootFilesystem: boolean;
    runAsUser?: number;
    seccompProfile?: unknown;
  };
}

export interface PodTemplate {
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: WorkerPodSpec;
}

export function templateOf(deployment: Deployment | undefined): PodTemplate {
  const template = deployment?.spec?.["template"] as PodTemplate | undefined;
  assert.ok(template !== undefined, "the Deployment has a template");
  return template;
}

export function podOf(deployment: Deployment): WorkerPodSpec {
  return templateOf(deployment).spec;
}
