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

export interface PoolPodsDependencies {
  settings: WorkerPodSettings;
  namespace: string;
  pods: ResourceClient<Pod>;
  secrets: ResourceClient<Secret>;
  workers: WorkerRegistry;
  log: Logger;
}

const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";
const goesFirst = "-1000";
/** Enough to find the problem; pods of one pool have the same ones. */
const looksAt = 50;

/** The pods of a pool, asked for only when there is something to find out or to take away. */
export class PoolPods {
  readonly #dependencies: PoolPodsDependencies;

  constructor(dependencies: PoolPodsDependencies) {
    this.#dependencies = dependencies;
  }

  /** What keeps the pods from running; undefined when they are merely on their way. */
  async problem(
    pool: string,
    selector: Record<string, string>,
    deploymentConditions: readonly ObservedCondition[],
    signal: AbortSignal,
  ): Promise<PoolProblem | undefined> {
    const { pods, namespace } = this.#dependencies;
    const labelSelector = selectorText(selector);
    const { items } = await pods.list({ namespace, labelSelector, limit: looksAt, signal });
    const found = problemOfPods(deploymentConditions, items.map(observedPod));
    return found ?? (await this.#missingSecret(pool, signal));
  }

  /** Has up to `count` pods whose worker holds no job go first when the pool gets smaller. */
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
        marked: metadata.annotations?.[costAnnotation] === goesFirst,
      });
    const idle = names.filter(({ name }) => holding.get(name) === 0).slice(0, count);
    const idleNames = new Set(idle.map(({ name }) => name));
    // One that was marked before and stayed may have work now.
    const toClear = names.filter(({ name, marked }) => marked && !idleNames.has(name));
    for (const { name } of idle.filter(({ marked }) => !marked))
      await this.#annotate(name, goesFirst, signal);
    for (const { name } of toClear) await this.#annotate(name, null, signal);
    log.debug({ browserPool: pool, pods: idleNames.size }, "Idle pods go first");
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
    const name = `${settings.natsPasswordSecretPrefix}${pool}`;
    const missing = (what: string): PoolProblem => ({
      reason: "SecretMissing",
      message: `${what}; give NATS a user worker-${pool} and put its password there (the chart does it for pools it knows)`,
    });
    const secret = await secrets.find({ namespace, name }, { signal });
    if (secret === undefined) return missing(`There is no Secret ${name}`);
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
    containers: status?.containerStatuses?.map(({ restartCount, state, lastState }) => ({
      restartCount,
      waiting: state?.waiting,
      terminated: state?.terminated,
      lastTerminated: lastState?.terminated,
    })),
  };
}
