import { request as openRequest } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import {
  parseReplica,
  heartbeatIntervalMilliseconds,
  heartbeatPath,
  replicaHeader,
} from "../../api/messages/egress-heartbeat.ts";
import type { EgressReplica } from "../../api/messages/egress-heartbeat.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";

/** A replica that misses three heartbeats is lost: a node that fails closes no connection. This is well below a navigation timeout. */
const silenceMilliseconds = 3 * heartbeatIntervalMilliseconds;
/** Pause before a replica that did not answer is watched again. */
const unansweredMilliseconds = 60_000;

interface Watched {
  request: ClientRequest;
  /** Whether it has answered: then the end of the answer counts, not that of the request. */
  hasAnswered: boolean;
  /** Called when it is lost. */
  listeners: Set<() => void>;
}

/**
 * Watches the replicas of the egress proxy that this worker has tunnels through, with one connection to each. On a tunnel, the loss
 * of a replica looks like a host that closes its connection, and the page would lack some of its parts.
 */
export class ReplicaMonitor implements Runnable {
  readonly name = "egress replica monitor";
  readonly #log: Logger;
  readonly #watched = new Map<string, Watched>();
  readonly #unanswered = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  async start(): Promise<void> {
    // A replica is watched from the first tunnel through it.
  }

  async stop(): Promise<void> {
    const watched = [...this.#watched.values()];
    this.#watched.clear();
    for (const { request } of watched) request.destroy();
  }

  /**
   * Calls the listener if the replica is lost. Returns the function that ends the subscription.
   *
   * @param authorization of any job; all jobs share one connection
   */
  watch(replica: EgressReplica, authorization: string, onLost: () => void): () => void {
    if (this.#unanswered.has(replica.id)) return () => undefined;
    const watched = this.#watched.get(replica.id) ?? this.#connect(replica, authorization);
    watched.listeners.add(onLost);
    return () => watched.listeners.delete(onLost);
  }

  #connect(replica: EgressReplica, authorization: string): Watched {
    const { host, port } = replica;
    const request = openRequest({
      host,
      port,
      path: heartbeatPath,
      agent: false,
      headers: { "proxy-authorization": authorization },
      timeout: silenceMilliseconds,
    });
    request.once("timeout", () =>
      request.destroy(new Error("The replica has missed three heartbeats")),
    );
    request.on("error", (thrown) => this.#giveUp(replica, thrown));
    request.once("response", (answer) => this.#receive(replica, answer));
    request.end();
    const watched: Watched = { request, hasAnswered: false, listeners: new Set() };
    this.#watched.set(replica.id, watched);
    return watched;
  }

  #receive(replica: EgressReplica, answer: IncomingMessage): void {
    answer.on("error", () => undefined); // "close" follows
    answer.resume();
    if (answer.statusCode !== 200) {
      this.#giveUp(replica, new Error(`HTTP ${answer.statusCode}`));
      return void answer.destroy();
    }
    // Another process has this address by now.
    if (parseReplica(answer.headers[replicaHeader])?.id !== replica.id) {
      this.#lose(replica);
      return void answer.destroy();
    }
    const watched = this.#watched.get(replica.id);
    if (watched !== undefined) watched.hasAnswered = true;
    answer.once("close", () => {
      if (!answer.complete) return this.#lose(replica);
      this.#watched.delete(replica.id);
    });
  }

  #lose(replica: EgressReplica): void {
    const lost = this.#watched.get(replica.id);
    if (lost === undefined) return;
    this.#watched.delete(replica.id);
    if (lost.listeners.size > 0)
      this.#log.warn(
        { replica, pages: lost.listeners.size },
        "A replica of the egress proxy was lost; pages that went through it are captured again",
      );
    for (const listener of lost.listeners) listener();
  }

  /** The replica cannot be watched; tunnels through it may work all the same. */
  #giveUp(replica: EgressReplica, thrown: Error): void {
    if (this.#watched.get(replica.id)?.hasAnswered !== false) return;
    this.#watched.delete(replica.id);
    this.#unanswered.add(replica.id);
    setTimeout(() => this.#unanswered.delete(replica.id), unansweredMilliseconds).unref();
    this.#log.warn(
      { replica, err: thrown },
      "A replica of the egress proxy cannot be watched; if it is lost, pages may miss parts. Workers must be able to connect to its pods directly",
    );
  }
}
