import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { UpstreamProxy } from "../api/sealed-fields.ts";
import { targetName } from "../core/target-name.ts";
import { ChainedForwarding } from "./chained-forwarding.ts";
import type { EgressRefusal } from "./egress-refusal.ts";
import { relayConnection } from "./relayed-connection.ts";
import { endTunnel } from "./tunnel.ts";
import { UpstreamRoute } from "./upstream-route.ts";

export interface Transfer {
  bytesUp: number;
  bytesDown: number;
}

export interface ForwarderOptions {
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
}

/** How long the egress proxy may take to say something about a tunnel; it dials for less. */
const connectTimeoutMilliseconds = 30_000;
/** A page may keep a socket open without a word for as long as any capture lasts, but no longer. */
const idleTimeoutMilliseconds = 600_000;

/**
 * A proxy on a loopback port of its own, for one browser context. Chromium cannot send a token to its proxy without asking,
 * so this adds the job's token and passes everything on to the egress proxy, counting bytes and remembering refusals.
 * Until it has a token it refuses everything: a context is made ready before its job is known.
 */
export class Forwarder implements AsyncDisposable {
  readonly #egress: { host: string; port: number };
  readonly #listener: Server;
  readonly #sockets = new Set<Duplex>();
  readonly #clients = new Set<Socket>();
  readonly #refusals = new Map<string, EgressRefusal>();
  readonly #finished: Transfer = { bytesUp: 0, bytesDown: 0 };
  readonly #mark = randomBytes(16).toString("base64url");
  #authorization: string | undefined;
  #chained: ChainedForwarding | undefined;

  private constructor({ egressURL }: ForwarderOptions) {
    const { hostname, port } = new URL(egressURL);
    this.#egress = {
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port === "" ? 80 : Number(port),
    };
    // Small answers must not wait for the acknowledgement of the ones before.
    this.#listener = createServer({ noDelay: true }, (client) => this.#accept(client));
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

  /** Lets requests pass from now on, with this token. */
  authorize(pageToken: string): void {
    this.#authorization = `Bearer ${pageToken}`;
  }

  /** Reaches hosts through a proxy of the job's own from now on, itself behind the egress proxy. After `authorize`. */
  useUpstream(proxy: UpstreamProxy): void {
    if (this.#authorization === undefined) throw new Error("The forwarder has no token yet");
    const egress = { ...this.#egress, authorization: this.#authorization };
    this.#chained = new ChainedForwarding({
      upstream: new UpstreamRoute({
        ...{ proxy, egress },
        timeoutMilliseconds: connectTimeoutMilliseconds,
      }),
      ...{ egress, connectTimeoutMilliseconds, idleTimeoutMilliseconds },
      refusals: this.#refusals,
      track: (socket) => this.#track(socket),
    });
  }

  /** The last refusal of host and port of this URL, if there was one. */
  refusalOf(url: string): EgressRefusal | undefined {
    const target = targetName(url);
    return target === undefined ? undefined : this.#refusals.get(target);
  }

  /** Ends all connections at once. May be called twice. */
  async close(): Promise<void> {
    this.#authorization = undefined;
    this.#chained?.close();
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#listener.listening) return;
    const closed = once(this.#listener, "close");
    this.#listener.close();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(client: Socket): void {
    this.#track(client);
    this.#clients.add(client);
    client.once("close", () => {
      this.#clients.delete(client);
      addBytes(this.#finished, client);
    });
    if (this.#authorization === undefined) return endTunnel(client, 407);
    if (this.#chained !== undefined) return this.#chained.accept(client);
    relayConnection(client, {
      egress: { ...this.#egress, authorization: this.#authorization },
      mark: this.#mark,
      ...{ connectTimeoutMilliseconds, idleTimeoutMilliseconds },
      onRefusal: (target, refusal) => this.#refusals.set(target, refusal),
      track: (socket) => this.#track(socket),
    });
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
  }
}

function addBytes(sum: Transfer, client: Socket): void {
  sum.bytesUp += client.bytesRead;
  sum.bytesDown += client.bytesWritten;
}
