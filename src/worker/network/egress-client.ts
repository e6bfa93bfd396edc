import type { Socket } from "node:net";
import { parseReplica, replicaHeader } from "../../api/messages/egress-heartbeat.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { egressRefusalOf, egressUnreachable } from "./egress-refusal.ts";
import type { EgressRefusal } from "./egress-refusal.ts";
import type { ReplicaMonitor } from "./replica-monitor.ts";
import { openTunnel, TunnelRefused } from "../../platform/http/connect-client.ts";

export interface EgressClientOptions {
  /** Of the egress proxy. */
  address: { host: string; port: number };
  replicas: ReplicaMonitor;
  /** Value of Proxy-Authorization. */
  authorization: string;
  /** For a tunnel to be there, or refused. */
  timeoutMilliseconds: number;
  /** A tunnel was lost, or not opened, for want of the egress proxy. */
  onLost(failure: EgressLost): void;
}

/** A page may lack something for want of the egress proxy: no fault of its own, nor of its hosts. */
export class EgressLost extends Failure {
  constructor({ reason, message }: EgressRefusal) {
    super(reason, { message });
    this.name = "EgressLost";
  }
}

/** "No room", which another replica may have. */
const overloadedStatus = 503;

const egressLost: EgressRefusal = {
  reason: "InternalError",
  message: "The egress proxy of Stills was lost while the page loaded",
};

/** One page's way to the egress proxy. It knows when the page may miss something through no fault of its own hosts. */
export class EgressClient {
  readonly #options: EgressClientOptions;
  readonly #closing = new AbortController();
  /** By the replica's id: how to stop watching it. */
  readonly #watching = new Map<string, () => void>();

  constructor(options: EgressClientOptions) {
    this.#options = options;
  }

  /** A tunnel to `host:port`. @throws TunnelRefused, or whatever is wrong with the connection */
  async open(authority: string): Promise<Socket> {
    const { address, authorization, timeoutMilliseconds } = this.#options;
    const { signal } = this.#closing;
    try {
      const wanted = { authority, authorization, timeoutMilliseconds, signal };
      const { socket, headers } = await openTunnel(address, wanted);
      this.#watch(headers[replicaHeader]);
      return socket;
    } catch (thrown) {
      const loss = lossOf(thrown);
      if (loss !== undefined && !signal.aborted) this.#lose(loss);
      throw thrown;
    }
  }

  /** Gives up what is being opened, and watches nothing any more. */
  close(): void {
    this.#closing.abort();
    for (const stop of this.#watching.values()) stop();
    this.#watching.clear();
  }

  #watch(header: string | string[] | undefined): void {
    const replica = parseReplica(header);
    if (replica === undefined || this.#watching.has(replica.id) || this.#closing.signal.aborted)
      return;
    const { replicas, authorization } = this.#options;
    const stop = replicas.watch(replica, authorization, () => this.#lose(egressLost));
    this.#watching.set(replica.id, stop);
  }

  #lose(refusal: EgressRefusal): void {
    this.#options.onLost(new EgressLost(refusal));
  }
}

/** What a tunnel that is not there says about the egress proxy itself; undefined when the target is refused, whatever the page. */
function lossOf(thrown: unknown): EgressRefusal | undefined {
  if (!(thrown instanceof TunnelRefused)) return egressUnreachable;
  return thrown.statusCode === overloadedStatus ? egressRefusalOf(thrown) : undefined;
}
