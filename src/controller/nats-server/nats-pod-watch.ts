import { isNotFound } from "../../platform/kube/kube-error.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { Lease, Pod } from "../../platform/kube/resources.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import { isDeadNode } from "./dead-node-policy.ts";

interface NatsPodWatchDependencies {
  pods: ResourceClient<Pod>;
  leases: ResourceClient<Lease>;
  nats: Pick<Nats, "isConnected">;
  namespace: string;
  /** Which pods of the namespace are those of NATS. */
  podSelector: string;
  clock: Clock;
  log: Logger;
}

/** Where the kubelets' Leases are, each with the name of its node. */
const nodeLeaseNamespace = "kube-node-lease";
const periodMilliseconds = 5_000;
const timeoutMilliseconds = 5_000;

interface SeenLease {
  renewTime: string | undefined;
  leaseSeconds: number | undefined;
  /** Monotonic: since when it has been seen like this. */
  sinceMilliseconds: number;
}

/**
 * Deletes a pod of NATS whose node is dead, without waiting for its kubelet, so that another one is made at once: Kubernetes itself takes a
 * minute for a Deployment, and never replaces a pod of a StatefulSet. Every replica does it, since the leader may have been on that node.
 */
export class NatsPodWatch implements Runnable {
  readonly name = "watch of the pods of NATS";
  readonly #dependencies: NatsPodWatchDependencies;
  readonly #task: PeriodicTask;
  /** By node, since the connection was lost. */
  readonly #seen = new Map<string, SeenLease>();
  #disconnectedSince: number | undefined;

  constructor(dependencies: NatsPodWatchDependencies) {
    const { clock, log } = dependencies;
    this.#dependencies = dependencies;
    this.#task = new PeriodicTask({
      name: this.name,
      pauseMilliseconds: periodMilliseconds,
      clock,
      log,
      work: async (signal) => await this.#look(signal),
    });
  }

  async start(): Promise<void> {
    await this.#task.start();
  }

  async stop(): Promise<void> {
    await this.#task.stop();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { nats, pods, namespace, podSelector, clock } = this.#dependencies;
    if (nats.isConnected) {
      this.#disconnectedSince = undefined;
      this.#seen.clear();
      return;
    }
    this.#disconnectedSince ??= clock.monotonicMilliseconds();
    try {
      const { items } = await pods.list({
        ...{ namespace, labelSelector: podSelector },
        ...{ signal, timeoutMilliseconds },
      });
      for (const pod of items) await this.#judge(pod, signal);
    } catch (thrown) {
      // Who does not reach the API server sees no Lease change, and neither may the kubelets have reached it.
      this.#seen.clear();
      throw thrown;
    }
  }

  async #judge({ metadata, spec }: Pod, signal: AbortSignal): Promise<void> {
    const { clock } = this.#dependencies;
    const { name, uid } = metadata;
    const node = spec?.nodeName;
    if (node === undefined || name === undefined || uid === undefined) return;
    const { renewTime, leaseSeconds, sinceMilliseconds } = await this.#leaseOf(node, signal);
    const now = clock.monotonicMilliseconds();
    const observed = {
      disconnectedMilliseconds: now - (this.#disconnectedSince ?? now),
      unchangedMilliseconds: now - sinceMilliseconds,
      renewedMilliseconds: renewTime === undefined ? undefined : Date.parse(renewTime),
      leaseSeconds,
    };
    if (isDeadNode(observed, clock.now())) await this.#remove({ name, uid }, node, signal);
  }

  async #leaseOf(node: string, signal: AbortSignal): Promise<SeenLease> {
    const { leases, clock } = this.#dependencies;
    const lease = await leases.find(
      { namespace: nodeLeaseNamespace, name: node },
      { signal, timeoutMilliseconds },
    );
    const renewTime = lease?.spec?.renewTime ?? undefined;
    const seen = this.#seen.get(node);
    if (seen !== undefined && seen.renewTime === renewTime) return seen;
    const leaseSeconds = lease?.spec?.leaseDurationSeconds;
    const fresh = { renewTime, leaseSeconds, sinceMilliseconds: clock.monotonicMilliseconds() };
    this.#seen.set(node, fresh);
    return fresh;
  }

  async #remove(
    pod: { name: string; uid: string },
    node: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { pods, namespace, log } = this.#dependencies;
    const { name, uid } = pod;
    try {
      await pods.delete(
        { namespace, name },
        { uid, gracePeriodSeconds: 0, signal, timeoutMilliseconds },
      );
      log.warn({ pod: name, node }, "Deleted a pod of NATS whose node is dead");
    } catch (thrown) {
      // Another replica was faster.
      if (!isNotFound(thrown)) throw thrown;
    }
  }
}
