import { clusterRangesKey } from "../../api/settings/cluster-ranges.ts";
import { fieldManager } from "../../api/settings/kubernetes-names.ts";
import type { ObjectName } from "../../platform/kube/kube-object.ts";
import { isNotFound } from "../../platform/kube/kube-error.ts";
import type { Reflector } from "../../platform/kube/reflector.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { ConfigMap, Node, Pod, ServiceCIDR } from "../../platform/kube/resources.ts";
import { aborted } from "../../platform/process/aborted.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import { publicRangesOf } from "./cluster-ranges-plan.ts";

interface ClusterRangesWriterDependencies {
  /** What numbers each node, and each pod where pods are watched. */
  nodes: Reflector<Node, readonly string[]>;
  pods?: Reflector<Pod, readonly string[]> | undefined;
  serviceCIDRs: ResourceClient<ServiceCIDR>;
  configMaps: ResourceClient<ConfigMap>;
  /** The ConfigMap that the egress proxies read. */
  target: ObjectName;
  clock: Clock;
  log: Logger;
}

const pauseMilliseconds = 60_000;
/** Nodes and pods come in crowds. */
const gatherMilliseconds = 1_000;

/** Tells the egress proxies which public addresses the cluster itself has, whenever they change. Leader only. */
export class ClusterRangesWriter {
  readonly #dependencies: ClusterRangesWriterDependencies;
  readonly #task: PeriodicTask;
  #written: string | undefined;

  constructor(dependencies: ClusterRangesWriterDependencies) {
    const { clock, log } = dependencies;
    this.#dependencies = dependencies;
    this.#task = new PeriodicTask({
      name: "telling of the cluster's addresses",
      ...{ pauseMilliseconds, firstRound: "at once", clock, log },
      work: (signal) => this.#write(signal),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const { nodes, pods } = this.#dependencies;
    // Part of them would take away what was told before.
    const synced = Promise.all([nodes.synced, pods?.synced]).catch(() => undefined);
    await Promise.race([synced, aborted(signal)]);
    if (signal.aborted) return;
    // Another leader may have written since.
    this.#written = undefined;
    const trigger = (): void => this.#task.trigger();
    const ends = [nodes.onChange(trigger), pods?.onChange(trigger)];
    try {
      await this.#task.run(signal);
    } finally {
      for (const end of ends) end?.();
    }
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { nodes, pods, configMaps, target, clock, log } = this.#dependencies;
    if (this.#written !== undefined) await clock.sleep(gatherMilliseconds, signal);
    const ranges = publicRangesOf({
      nodes: nodes.records(),
      serviceBlocks: await this.#serviceBlocks(signal),
      pods: pods?.records() ?? [],
    });
    const text = ranges.map((range) => `${range}\n`).join("");
    if (text === this.#written) return;
    const object = { metadata: { ...target }, data: { [clusterRangesKey]: text } };
    await configMaps.apply(object, { fieldManager, signal });
    this.#written = text;
    log.info({ ranges: ranges.length, nodes: nodes.size }, "Told egress the cluster's addresses");
  }

  /** None before Kubernetes 1.33, where nothing says them. */
  async #serviceBlocks(signal: AbortSignal): Promise<string[]> {
    const blocks: string[] = [];
    try {
      for await (const { spec } of this.#dependencies.serviceCIDRs.listAll({ signal }))
        blocks.push(...(spec?.cidrs ?? []));
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
    return blocks;
  }
}
