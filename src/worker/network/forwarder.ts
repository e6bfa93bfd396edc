import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { connectionRefusal, type AccountTargets } from "../../core/targets/account-targets.ts";
import type { UpstreamProxy } from "../../api/messages/page-secrets.ts";
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
  replicaMonitor: ReplicaMonitor;
}

/** A silent socket of a page stays open for longer than any capture lasts. */
const idleTimeoutMilliseconds = 600_000;

/**
 * A SOCKS proxy on its own loopback port, for one browser context. For every connection of the browser it opens a tunnel through the
 * egress proxy with the job's token, copies bytes, counts them, and records refusals.
 * Until it has a token it refuses all connections: a context is prepared before its job is known.
 */
export class Forwarder implements AsyncDisposable {
  readonly #options: ForwarderOptions;
  readonly #listener: Server;
  readonly #connections = new Set<Socket>();
  readonly #refusals = new Map<string, EgressRefusal>();
  readonly #finished: Transfer = { bytesUp: 0, bytesDown: 0 };
  readonly #closing = new AbortController();
  readonly #lost = new AbortController();
  #egressClient: EgressClient | undefined;
  #chained: ChainedForwarding | undefined;
  #isBlocked: (host: string) => boolean = () => false;
  #targets: AccountTargets | undefined;

  private constructor(options: ForwarderOptions) {
    this.#options = options;
    // Nagle's algorithm would delay small answers.
    this.#listener = createServer({ noDelay: true }, (client) => void this.#serve(client));
  }

  /** Listens on a free port of 127.0.0.1. */
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
    for (const client of this.#connections) addBytes(sum, client);
    return sum;
  }

  /** Aborted with an EgressLost when the page may lack something because of the egress proxy. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Accepts connections from now on, and authorizes them with this token. */
  authorize(pageToken: string): void {
    const { egressURL, replicaMonitor } = this.#options;
    this.#egressClient = new EgressClient({
      address: egressAddress(egressURL),
      replicaMonitor,
      authorization: `Bearer ${pageToken}`,
      timeoutMilliseconds: tunnelTimeoutSeconds * 1000,
      onLost: (failure) => this.#lost.abort(failure),
    });
  }

  /** From now on reaches hosts through the job's own proxy, which is reached through the egress proxy. To be called after `authorize`. */
  useUpstream(proxy: UpstreamProxy): void {
    if (this.#egressClient === undefined) throw new Error("The forwarder has no token yet");
    this.#chained = new ChainedForwarding({
      upstream: new UpstreamRoute({
        proxy,
        egressClient: this.#egressClient,
        signal: this.#closing.signal,
        timeoutMilliseconds: tunnelTimeoutSeconds * 1000,
      }),
      idleTimeoutMilliseconds,
      onRefusal: (target, refusal) => this.#refusals.set(target, refusal),
    });
  }

  /** From now on no connection is made to hosts for which this is true; each is asked for its own connection, so it may change. */
  blockHosts(isBlocked: (host: string) => boolean): void {
    this.#isBlocked = isBlocked;
  }

  /** From now on no connection is made to hosts that the job's account may not visit. */
  limitTargets(targets: AccountTargets | undefined): void {
    this.#targets = targets;
  }

  /** The last refusal of host and port of this URL; undefined if there was none. */
  refusalOf(url: string): EgressRefusal | undefined {
    const target = targetName(url);
    return target === undefined ? undefined : this.#refusals.get(target);
  }

  /** Ends all connections at once. May be called twice. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#egressClient?.close();
    this.#egressClient = undefined;
    this.#chained?.close();
    // Each destroys its remote connection.
    for (const client of this.#connections) client.destroy();
    if (!this.#listener.listening) return;
    const closed = once(this.#listener, "close");
    this.#listener.close();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(client: Socket): Promise<void> {
    this.#track(client);
    client.setTimeout(idleTimeoutMilliseconds, () => client.destroy());
    const wanted = await readSocksTarget(client);
    if (wanted === undefined) return;
    const target = targetNameOfAuthority(wanted);
    const egressClient = this.#egressClient;
    if (target === undefined || egressClient === undefined) return refuseSocks(client);
    const host = target.slice(0, target.lastIndexOf(":"));
    const message = connectionRefusal(host, this.#targets);
    if (message !== undefined) this.#refusals.set(target, { reason: "TargetNotAllowed", message });
    if (message !== undefined || this.#isBlocked(host)) return refuseSocks(client);
    if (this.#chained?.isFor(target) === true) {
      grantSocks(client);
      return this.#chained.serve(client, target);
    }
    const remote = await this.#openTunnel(egressClient, target);
    if (remote === undefined) return refuseSocks(client);
    grantSocks(client);
    joinConnections(client, remote, { idleTimeoutMilliseconds });
  }

  /** Undefined when the target was refused; the refusal is recorded. */
  async #openTunnel(egressClient: EgressClient, target: string): Promise<Socket | undefined> {
    try {
      return await egressClient.open(target);
    } catch (thrown) {
      const refusal = thrown instanceof TunnelRefused ? egressRefusalOf(thrown) : undefined;
      // Without a refusal, the connection to the egress proxy failed.
      this.#refusals.set(target, refusal ?? egressUnreachable);
      return undefined;
    }
  }

  #track(client: Socket): void {
    this.#connections.add(client);
    client.on("error", () => undefined); // "close" follows
    client.once("close", () => {
      this.#connections.delete(client);
      addBytes(this.#finished, client);
    });
  }
}

function addBytes(sum: Transfer, client: Socket): void {
  sum.bytesUp += client.bytesRead;
  sum.bytesDown += client.bytesWritten;
}
