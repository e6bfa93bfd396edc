import type { Socket } from "node:net";
import { parseReplica, replicaHeader } from "../../api/messages/egress-heartbeat.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { egressRefusalOf, egressUnreachable } from "./egress-refusal.ts";
import type { EgressRefusal } from "./egress-refusal.ts";
import type { ReplicaMonitor } from "./replica-monitor.ts";
import { openTunnel, TunnelRefused } from "../../platform/http/connect-client.ts";

interface EgressClientOptions {
  /** Of the egress proxy. */
  address: { host: string; port: number };
  replicaMonitor: ReplicaMonitor;
  /** Value of Proxy-Authorization. */
  authorization: string;
  /** For the answer to CONNECT. */
  timeoutMilliseconds: number;
  /** Called when a tunnel was lost, or not opened, because of the egress proxy. */
  onLost(failure: EgressLost): void;
}

/** The egress proxy failed, so the page may lack something that its hosts would have sent. */
export class EgressLost extends Failure {
  constructor({ reason, message }: EgressRefusal) {
    super(reason, { message });
    this.name = "EgressLost";
  }
}

/** The replica has no capacity; another one may have. */
const overloadedStatus = 503;

const egressLost: EgressRefusal = {
  reason: "EgressUnavailable",
  message: "The egress proxy of Stills was lost while the page loaded",
};

/** Opens the tunnels of one page through the egress proxy, and notices when the proxy fails. */
export class EgressClient {
  readonly #options: EgressClientOptions;
  readonly #closing = new AbortController();
  /** Replica id → function that stops watching it. */
  readonly #watching = new Map<string, () => void>();

  constructor(options: EgressClientOptions) {
    this.#options = options;
  }

  /** Opens a tunnel to `host:port`. @throws TunnelRefused, or the error of the connection */
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

  /** Ends tunnels that are being opened, and stops watching replicas. */
  close(): void {
    this.#closing.abort();
    for (const stop of this.#watching.values()) stop();
    this.#watching.clear();
  }

  #watch(header: string | string[] | undefined): void {
    const replica = parseReplica(header);
    if (replica === undefined || this.#watching.has(replica.id) || this.#closing.signal.aborted)
      return;
    const { replicaMonitor, authorization } = this.#options;
    const stop = replicaMonitor.watch(replica, authorization, () => this.#lose(egressLost));
    this.#watching.set(replica.id, stop);
  }

  #lose(refusal: EgressRefusal): void {
    this.#options.onLost(new EgressLost(refusal));
  }
}

/** What a failed tunnel says about the egress proxy itself; undefined if the proxy only refused the target. */
function lossOf(thrown: unknown): EgressRefusal | undefined {
  if (!(thrown instanceof TunnelRefused)) return egressUnreachable;
  if (thrown.statusCode !== overloadedStatus) return undefined;
  const refusal = egressRefusalOf(thrown);
  return refusal && { ...refusal, reason: "EgressUnavailable" };
}
