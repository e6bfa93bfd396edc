import { natsAccountOf } from "../../api/rights/nats-accounts.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { connectionsOf, endConnection } from "../../platform/nats/server-connections.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { PeriodicTask } from "../../platform/process/periodic-task.ts";
import type { PodCache } from "./pod-record.ts";
import { strayConnections } from "./stray-connections-policy.ts";
import { connectionName } from "./worker-login-policy.ts";

interface ConnectionReaperDependencies {
  nats: Nats;
  pods: PodCache;
  clock: Clock;
  log: Logger;
}

const pauseMilliseconds = 60_000;

/**
 * Ends the connections of workers whose pod is gone: at once when a pod goes, and now and then those that were missed. A worker's
 * connection would live on with what a pod's token has opened.
 */
export class ConnectionReaper implements Runnable {
  readonly name = "connection reaper";
  readonly #dependencies: ConnectionReaperDependencies;
  readonly #task: PeriodicTask;
  /** Names of connections whose pod was seen to go, and that no round has looked for since. */
  readonly #gone = new Set<string>();
  #unsubscribe: (() => void) | undefined;

  constructor(dependencies: ConnectionReaperDependencies) {
    const { clock, log } = dependencies;
    this.#dependencies = dependencies;
    this.#task = new PeriodicTask({
      name: this.name,
      pauseMilliseconds,
      work: () => this.#round(),
      clock,
      log,
    });
  }

  /** Looks for none before the pods are known. */
  async start(): Promise<void> {
    const { pods } = this.#dependencies;
    this.#unsubscribe = pods.onChange((_, { kind, record }) => {
      if (kind !== "Deleted") return;
      this.#gone.add(connectionName(record));
      this.#task.trigger();
    });
    pods.synced.then(
      () => this.#task.start(),
      () => undefined,
    );
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await this.#task.stop();
  }

  async #round(): Promise<void> {
    const { nats, pods, log } = this.#dependencies;
    if (!nats.isConnected) return;
    const gone = new Set(this.#gone);
    const connections = await connectionsOf(nats, natsAccountOf("worker"));
    for (const connection of strayConnections(connections, { pods: pods.records(), gone }))
      try {
        await endConnection(nats, connection);
        log.info({ connection: connection.user }, "Ended a connection to NATS whose pod is gone");
      } catch (thrown) {
        // One server that does not answer keeps none of the others; the next round finds it again.
        log.warn({ err: thrown, connection: connection.user }, "Could not end a connection");
      }
    for (const name of gone) this.#gone.delete(name);
  }
}
