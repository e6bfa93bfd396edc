import type { BrowserPoolSpec } from "../../api/kinds/resource-types.ts";
import type { WorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";
import { deploymentName, selectorLabels, selectorText } from "./pool-deployment.ts";
import type { HostAlias } from "./worker-pod-spec.ts";
import type { PoolProblem } from "./pool-readiness-policy.ts";
import { decideReplicas, neededReplicas } from "./pool-scaling-policy.ts";
import type {
  PoolDemand,
  PoolLimits,
  PoolSurplus,
  ScalingDecision,
} from "./pool-scaling-policy.ts";
import { isForbidden, isInvalid } from "../../platform/kube/kube-error.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { ForeignDeployment } from "./pool-deployments.ts";
import type { DeploymentRecord } from "./deployment-record.ts";
import type { PoolDeployments } from "./pool-deployments.ts";
import type { HostAliasResolver } from "./host-alias-resolver.ts";
import type { PoolPods } from "./pool-pods.ts";

interface PoolWorkloadsDependencies {
  settings: WorkerPodSettings;
  namespace: string;
  deployments: PoolDeployments;
  pods: PoolPods;
  hostAliases: HostAliasResolver;
  clock: Clock;
  log: Logger;
}

interface WorkloadPool {
  name: string;
  uid: string;
  spec: BrowserPoolSpec;
}

/** What the status of a pool says about its pods. */
export interface WorkloadStatus {
  mode: "Internal" | "External";
  desiredReplicas: number;
  replicas: number;
  readyReplicas: number;
  selector: string;
  problem: PoolProblem | undefined;
  /** When the number of pods may have to change even if nothing else does. */
  requeueAfterMilliseconds: number | undefined;
}

interface EnsureInput {
  wanted: number;
  before: DeploymentRecord | undefined;
  hostAliases: HostAlias[];
}

type Demand = Pick<PoolDemand, "unfinishedJobs" | "oldestQueuedSeconds">;

/** Keeps the Deployment of each pool: its pods as the pool describes them, and as many as its jobs need. Leader only. */
export class PoolWorkloads {
  readonly #dependencies: PoolWorkloadsDependencies;
  readonly #surplus = new Map<string, PoolSurplus>();
  readonly #statuses = new Map<string, WorkloadStatus>();

  constructor(dependencies: PoolWorkloadsDependencies) {
    this.#dependencies = dependencies;
  }

  /** The result of the last `reconcile`; undefined before. */
  statusOf(pool: string): WorkloadStatus | undefined {
    return this.#statuses.get(pool);
  }

  /** The pool was deleted. Its Deployment is garbage-collected by the owner reference. */
  forget(pool: string): void {
    this.#surplus.delete(pool);
    this.#statuses.delete(pool);
    this.#dependencies.deployments.forget(this.#nameOf(pool));
  }

  /** Brings the pods closer to the desired state. @throws KubeError when a retry may help. */
  async reconcile(
    pool: WorkloadPool,
    demand: Demand,
    signal: AbortSignal,
  ): Promise<WorkloadStatus> {
    const { namespace, deployments } = this.#dependencies;
    const hosts = await this.#lookUpHosts(signal);
    // No await before `ensure` reads it too: otherwise a scaling of ours that the cache shows in between would be undone.
    const before = deployments.observed(namespace, this.#nameOf(pool.name));
    const { replicas: wanted, requeueAfterMilliseconds } = this.#wanted(pool, demand, before);
    const { record, problem } = Array.isArray(hosts)
      ? await this.#ensure(pool, { wanted, before, hostAliases: hosts }, signal)
      : { record: before, problem: hosts };
    if (record !== undefined && problem === undefined && record.replicas !== wanted)
      await this.#scale(pool.name, record.replicas, wanted, signal);
    const status: WorkloadStatus = {
      mode: pool.spec.scaling.mode,
      desiredReplicas: wanted,
      replicas: record?.status.replicas ?? 0,
      readyReplicas: record?.status.readyReplicas ?? 0,
      selector: selectorText(this.#selector(pool.name)),
      problem: problem ?? (await this.#problemOfPods(pool.name, record, wanted, signal)),
      requeueAfterMilliseconds,
    };
    this.#statuses.set(pool.name, status);
    return status;
  }

  #wanted(
    pool: WorkloadPool,
    demand: Demand,
    before: DeploymentRecord | undefined,
  ): Pick<ScalingDecision, "replicas" | "requeueAfterMilliseconds"> {
    const { scaling, replicas } = pool.spec;
    if (scaling.mode === "External") {
      this.#surplus.delete(pool.name);
      return { replicas, requeueAfterMilliseconds: undefined };
    }
    const limits = this.#limitsOf(pool.spec);
    const full = {
      ...demand,
      currentReplicas: before?.replicas,
      readyReplicas: before?.status.readyReplicas ?? 0,
    };
    const now = this.#dependencies.clock.monotonicMilliseconds();
    const decision = decideReplicas(full, limits, this.#surplus.get(pool.name), now);
    if (decision.surplus === undefined) this.#surplus.delete(pool.name);
    else this.#surplus.set(pool.name, decision.surplus);
    if (before !== undefined && decision.replicas !== before.replicas)
      this.#dependencies.log.info(
        {
          browserPool: pool.name,
          from: before.replicas,
          to: decision.replicas,
          needed: neededReplicas(full, limits),
          unfinishedJobs: demand.unfinishedJobs,
          oldestQueuedSeconds: demand.oldestQueuedSeconds,
        },
        "Scaling BrowserPool",
      );
    return decision;
  }

  #limitsOf(spec: BrowserPoolSpec): PoolLimits {
    const { scaleDownAfterSeconds } = this.#dependencies.settings;
    const { minReplicas, maxReplicas, targetQueueSeconds } = spec.scaling;
    return {
      minReplicas,
      maxReplicas,
      targetQueueSeconds,
      scaleDownAfterSeconds,
      slotsPerPod: spec.slotsPerPod,
    };
  }

  async #lookUpHosts(signal: AbortSignal): Promise<HostAlias[] | PoolProblem> {
    const { hostAliases, settings } = this.#dependencies;
    try {
      return await hostAliases.resolve(settings, signal);
    } catch (err) {
      signal.throwIfAborted();
      return { reason: "AddressUnknown", message: messageOf(err) };
    }
  }

  async #ensure(
    pool: WorkloadPool,
    { wanted, before, hostAliases }: EnsureInput,
    signal: AbortSignal,
  ): Promise<{ record: DeploymentRecord | undefined; problem?: PoolProblem }> {
    const { settings, namespace, deployments } = this.#dependencies;
    const { name, uid, spec } = pool;
    try {
      const input = { pool: name, uid, namespace, spec, settings, hostAliases };
      return { record: await deployments.ensure(input, wanted, signal) };
    } catch (err) {
      if (!(err instanceof ForeignDeployment) && !isInvalid(err) && !isForbidden(err)) throw err;
      return {
        record: before,
        problem: { reason: "DeploymentRefused", message: messageOf(err) },
      };
    }
  }

  async #scale(pool: string, from: number, to: number, signal: AbortSignal): Promise<void> {
    const { namespace, deployments, pods } = this.#dependencies;
    if (to < from) await pods.markIdle(pool, this.#selector(pool), from - to, signal);
    await deployments.scale({ namespace, name: this.#nameOf(pool) }, to, signal);
  }

  /** Lists the pods only when fewer are ready than wanted. */
  async #problemOfPods(
    pool: string,
    record: DeploymentRecord | undefined,
    wanted: number,
    signal: AbortSignal,
  ): Promise<PoolProblem | undefined> {
    if (record === undefined || wanted === 0 || record.status.readyReplicas >= wanted)
      return undefined;
    return await this.#dependencies.pods.problem(
      pool,
      this.#selector(pool),
      record.conditions,
      signal,
    );
  }

  #nameOf(pool: string): string {
    return deploymentName(this.#dependencies.settings.namePrefix, pool);
  }

  #selector(pool: string): Record<string, string> {
    return selectorLabels({ pool, settings: this.#dependencies.settings });
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
