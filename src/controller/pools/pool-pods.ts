import type { WorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";
import { selectorText } from "./pool-deployment.ts";
import { problemOfPods } from "./pod-problem-policy.ts";
import type { ObservedCondition, ObservedPod } from "./pod-problem-policy.ts";
import type { PoolProblem } from "./pool-readiness-policy.ts";
import { isNotFound } from "../../platform/kube/kube-error.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { Pod, Secret } from "../../platform/kube/resources.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { WorkerRegistry } from "./worker-registry.ts";

interface PoolPodsDependencies {
  settings: WorkerPodSettings;
  namespace: string;
  pods: ResourceClient<Pod>;
  secrets: ResourceClient<Secret>;
  workers: WorkerRegistry;
  log: Logger;
}

const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";
const idleCost = "-1000";
/** Enough to find the problem: pods of one pool usually have the same one. */
const maxInspectedPods = 50;

/** Reads the pods of a pool to find a problem, and marks idle ones before the pool is scaled down. */
export class PoolPods {
  readonly #dependencies: PoolPodsDependencies;

  constructor(dependencies: PoolPodsDependencies) {
    this.#dependencies = dependencies;
  }

  /** The problem that keeps the pods from running; undefined while they only start. */
  async problem(
    pool: string,
    selector: Record<string, string>,
    deploymentConditions: readonly ObservedCondition[],
    signal: AbortSignal,
  ): Promise<PoolProblem | undefined> {
    const { pods, namespace } = this.#dependencies;
    const labelSelector = selectorText(selector);
    const { items } = await pods.list({
      namespace,
      labelSelector,
      limit: maxInspectedPods,
      signal,
    });
    const found = problemOfPods(deploymentConditions, items.map(observedPod));
    return found ?? (await this.#missingSecret(pool, signal));
  }

  /** Gives up to `count` pods whose worker holds no job the lowest deletion cost, so that scaling down removes them first. */
  async markIdle(
    pool: string,
    selector: Record<string, string>,
    count: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { pods, namespace, workers, log } = this.#dependencies;
    const holding = new Map(
      workers.workersOf(pool).map(({ worker, holding: uids }) => [worker, uids.length]),
    );
    const names: { name: string; marked: boolean }[] = [];
    const listing = pods.listAll({ namespace, labelSelector: selectorText(selector), signal });
    for await (const { metadata } of listing)
      names.push({
        name: metadata.name ?? "",
        marked: metadata.annotations?.[costAnnotation] === idleCost,
      });
    const idle = names.filter(({ name }) => holding.get(name) === 0).slice(0, count);
    const idleNames = new Set(idle.map(({ name }) => name));
    // A pod that was marked before and still runs may hold a job now.
    const toClear = names.filter(({ name, marked }) => marked && !idleNames.has(name));
    for (const { name } of idle.filter(({ marked }) => !marked))
      await this.#annotate(name, idleCost, signal);
    for (const { name } of toClear) await this.#annotate(name, null, signal);
    log.debug({ browserPool: pool, pods: idleNames.size }, "Marked idle pods");
  }

  async #annotate(name: string, cost: string | null, signal: AbortSignal): Promise<void> {
    const { pods, namespace } = this.#dependencies;
    try {
      const patch = { metadata: { annotations: { [costAnnotation]: cost } } };
      await pods.mergePatch({ namespace, name }, patch, { signal });
    } catch (err) {
      if (!isNotFound(err)) throw err;
    }
  }

  async #missingSecret(pool: string, signal: AbortSignal): Promise<PoolProblem | undefined> {
    const { secrets, namespace, settings } = this.#dependencies;
    const { natsPasswordSecretPrefix: prefix } = settings;
    if (prefix === undefined) return undefined;
    const name = `${prefix}${pool}`;
    const missing = (what: string): PoolProblem => ({
      reason: "SecretMissing",
      message: `${what}; create the NATS user worker-${pool} and put its password there`,
    });
    const secret = await secrets.find({ namespace, name }, { signal });
    if (secret === undefined) return missing(`The Secret ${name} does not exist`);
    return secret.data?.["password"] === undefined
      ? missing(`The Secret ${name} has no key \`password\``)
      : undefined;
  }
}

function observedPod({ status }: Pod): ObservedPod {
  return {
    phase: status?.phase,
    reason: status?.reason,
    message: status?.message,
    conditions: status?.conditions,
    // The browser's first: without it no worker is started.
    containers: [
      ...(status?.initContainerStatuses ?? []),
      ...(status?.containerStatuses ?? []),
    ].map(({ name, restartCount, state, lastState }) => ({
      name,
      restartCount,
      waiting: state?.waiting,
      terminated: state?.terminated,
      lastTerminated: lastState?.terminated,
    })),
  };
}
