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

/**
 * A replica of which nothing was heard three times is lost, also when its node is, which closes no connection. That is well before a
 * navigation has taken too long, which would be the page's own fault.
 */
const silenceMilliseconds = 3 * heartbeatIntervalMilliseconds;
/** So long nothing is asked again of a replica that did not answer. */
const unansweredMilliseconds = 60_000;

interface Watched {
  request: ClientRequest;
  /** It has answered: from then on the answer's end tells, not the request's. */
  answers: boolean;
  /** To be told when it is lost. */
  listeners: Set<() => void>;
}

/**
 * The replicas of the egress proxy through which this worker has tunnels. One connection to each tells when it is lost: on a tunnel that
 * looks like a host that has closed, and the page would stand there without some of its parts.
 */
export class ReplicaMonitor implements Runnable {
  readonly name = "egress replicas";
  readonly #log: Logger;
  readonly #watched = new Map<string, Watched>();
  readonly #unanswered = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  async start(): Promise<void> {
    // Which there are is known with the first tunnel through each.
  }

  async stop(): Promise<void> {
    const watched = [...this.#watched.values()];
    this.#watched.clear();
    for (const { request } of watched) request.destroy();
  }

  /**
   * Calls the listener if the replica is lost, until the function that is returned is called. The authorization is a job's, for the
   * question; what is watched is the same for all jobs.
   */
  watch(replica: EgressReplica, authorization: string, onLost: () => void): () => void {
    if (this.#unanswered.has(replica.id)) return () => undefined;
    const watched = this.#watched.get(replica.id) ?? this.#begin(replica, authorization);
    watched.listeners.add(onLost);
    return () => watched.listeners.delete(onLost);
  }

  #begin(replica: EgressReplica, authorization: string): Watched {
    const { host, port } = replica;
    const request = openRequest({
      ...{ host, port, path: heartbeatPath, agent: false },
      headers: { "proxy-authorization": authorization },
      timeout: silenceMilliseconds,
    });
    request.once("timeout", () => request.destroy(new Error("It has been silent for too long")));
    request.on("error", (thrown) => this.#giveUp(replica, thrown));
    request.once("response", (answer) => this.#listen(replica, answer));
    request.end();
    const watched = { request, answers: false, listeners: new Set<() => void>() };
    this.#watched.set(replica.id, watched);
    return watched;
  }

  #listen(replica: EgressReplica, answer: IncomingMessage): void {
    answer.on("error", () => undefined); // "close" follows
    answer.resume();
    if (answer.statusCode !== 200) {
      this.#giveUp(replica, new Error(`HTTP ${answer.statusCode}`));
      return void answer.destroy();
    }
    // Another process has its place already.
    if (parseReplica(answer.headers[replicaHeader])?.id !== replica.id) {
      this.#lose(replica);
      return void answer.destroy();
    }
    const watched = this.#watched.get(replica.id);
    if (watched !== undefined) watched.answers = true;
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
        "A replica of the egress proxy was lost; pages that went through it are taken again",
      );
    for (const tell of lost.listeners) tell();
  }

  /** It cannot be watched, which is not to say that tunnels through it fail. */
  #giveUp(replica: EgressReplica, thrown: Error): void {
    if (this.#watched.get(replica.id)?.answers !== false) return;
    this.#watched.delete(replica.id);
    this.#unanswered.add(replica.id);
    setTimeout(() => this.#unanswered.delete(replica.id), unansweredMilliseconds).unref();
    this.#log.warn(
      { replica, err: thrown },
      "A replica of the egress proxy cannot be watched; should it be lost, pages may miss parts. Workers must reach its pods directly",
    );
  }
}
