import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import type { UpstreamProxy } from "../../api/options/sealed-fields.ts";
import { tunnelTimeoutSeconds } from "../../api/settings/tunnel-timeout.ts";
import { targetName, targetNameOfAuthority } from "./target-name.ts";
import { ChainedForwarding } from "./chained-forwarding.ts";
import { egressAddress } from "./egress-address.ts";
import { EgressClient } from "./egress-client.ts";
import { TunnelRefused } from "../../platform/http/connect-client.ts";
import { egressRefusalOf, egressUnreachable } from "./egress-refusal.ts";
import type { EgressRefusal } from "./egress-refusal.ts";
import type { ReplicaMonitor } from "./replica-monitor.ts";
import { joinConnections } from "./joined-connections.ts";
import { grantSocks, readSocksTarget, refuseSocks } from "./socks-request.ts";
import { UpstreamRoute } from "./upstream-route.ts";

export interface Transfer {
  bytesUp: number;
  bytesDown: number;
}

export interface ForwarderOptions {
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
  replicas: ReplicaMonitor;
}

/** A page may keep a socket open without a word for as long as any capture lasts, but no longer. */
const idleTimeoutMilliseconds = 600_000;

/**
 * A SOCKS proxy on a loopback port of its own, for one browser context. For every connection of the browser, whatever is spoken on it, it
 * opens a tunnel through the egress proxy with the job's token, passes bytes on, counts them, and remembers refusals.
 * Until it has a token it refuses everything: a context is made ready before its job is known.
 */
export class Forwarder implements AsyncDisposable {
  readonly #options: ForwarderOptions;
  readonly #listener: Server;
  readonly #clients = new Set<Socket>();
  readonly #refusals = new Map<string, EgressRefusal>();
  readonly #finished: Transfer = { bytesUp: 0, bytesDown: 0 };
  readonly #closing = new AbortController();
  readonly #loss = new AbortController();
  #egress: EgressClient | undefined;
  #chained: ChainedForwarding | undefined;

  private constructor(options: ForwarderOptions) {
    this.#options = options;
    // Small answers must not wait for the acknowledgement of the ones before.
    this.#listener = createServer({ noDelay: true }, (client) => void this.#serve(client));
  }

  /** Listens on 127.0.0.1 only, on any free port. */
  static async open(options: ForwarderOptions): Promise<Forwarder> {
    const forwarder = new Forwarder(options);
    forwarder.#listener.listen({ host: "127.0.0.1", port: 0 });
    await once(forwarder.#listener, "listening");
    return forwarder;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Bytes on the browser's connections so far. */
  get transfer(): Readonly<Transfer> {
    const sum = { ...this.#finished };
    for (const client of this.#clients) addBytes(sum, client);
    return sum;
  }

  /** Aborted, with an EgressLost, once the page may lack something. */
  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  /** Lets connections pass from now on, with this token. */
  authorize(pageToken: string): void {
    const { egressURL, replicas } = this.#options;
    this.#egress = new EgressClient({
      ...{ address: egressAddress(egressURL), replicas, authorization: `Bearer ${pageToken}` },
      timeoutMilliseconds: tunnelTimeoutSeconds * 1000,
      onLost: (failure) => this.#loss.abort(failure),
    });
  }

  /** Reaches hosts through a proxy of the job's own from now on, itself behind the egress proxy. After `authorize`. */
  useUpstream(proxy: UpstreamProxy): void {
    if (this.#egress === undefined) throw new Error("The forwarder has no token yet");
    this.#chained = new ChainedForwarding({
      upstream: new UpstreamRoute({
        ...{ proxy, egress: this.#egress, signal: this.#closing.signal },
        timeoutMilliseconds: tunnelTimeoutSeconds * 1000,
      }),
      idleTimeoutMilliseconds,
      onRefusal: (target, refusal) => this.#refusals.set(target, refusal),
    });
  }

  /** The last refusal of host and port of this URL, if there was one. */
  refusalOf(url: string): EgressRefusal | undefined {
    const target = targetName(url);
    return target === undefined ? undefined : this.#refusals.get(target);
  }

  /** Ends all connections at once. May be called twice. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#egress?.close();
    this.#egress = undefined;
    this.#chained?.close();
    // Each takes its other side along.
    for (const client of this.#clients) client.destroy();
    if (!this.#listener.listening) return;
    const closed = once(this.#listener, "close");
    this.#listener.close();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(client: Socket): Promise<void> {
    this.#count(client);
    client.setTimeout(idleTimeoutMilliseconds, () => client.destroy());
    const wanted = await readSocksTarget(client);
    if (wanted === undefined) return;
    const target = targetNameOfAuthority(wanted);
    const egress = this.#egress;
    if (target === undefined || egress === undefined) return refuseSocks(client);
    if (this.#chained?.isFor(target) === true) {
      grantSocks(client);
      return this.#chained.serve(client, target);
    }
    const remote = await this.#openTunnel(egress, target);
    if (remote === undefined) return refuseSocks(client);
    grantSocks(client);
    joinConnections(client, remote, { idleTimeoutMilliseconds });
  }

  /** Undefined when the target was refused, which is noted. */
  async #openTunnel(egress: EgressClient, target: string): Promise<Socket | undefined> {
    try {
      return await egress.open(target);
    } catch (thrown) {
      const refusal = thrown instanceof TunnelRefused ? egressRefusalOf(thrown) : undefined;
      // Whatever else went wrong, it was not the page's host that did it.
      this.#refusals.set(target, refusal ?? egressUnreachable);
      return undefined;
    }
  }

  #count(client: Socket): void {
    this.#clients.add(client);
    client.on("error", () => undefined); // "close" follows
    client.once("close", () => {
      this.#clients.delete(client);
      addBytes(this.#finished, client);
    });
  }
}

function addBytes(sum: Transfer, client: Socket): void {
  sum.bytesUp += client.bytesRead;
  sum.bytesDown += client.bytesWritten;
}
