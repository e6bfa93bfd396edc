import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import {
  presenceEveryMilliseconds,
  replicaHeader,
  replicaText,
} from "../api/messages/egress-heartbeat.ts";
import type { EgressMetrics } from "./metrics.ts";

/** One for each worker is what is meant; a job's token must not buy more. */
const mostListeners = 1_000;
const endTimeoutMilliseconds = 1_000;

/**
 * Tells workers that this replica is there, and at its end whether it has left in order. A killed one takes the parts of pages along that
 * were on their way, and on the other side of a tunnel that looks like an origin that has closed.
 */
export class Heartbeat {
  readonly #id = randomUUID();
  readonly #listeners = new Set<ServerResponse>();
  readonly #sockets = new WeakSet<Socket>();
  readonly #watchers: EgressMetrics["watchers"];
  readonly #beating: NodeJS.Timeout;

  constructor({ watchers }: EgressMetrics) {
    this.#watchers = watchers;
    this.#beating = setInterval(() => this.#beat(), presenceEveryMilliseconds).unref();
  }

  /** Whether one more can be told. */
  get hasRoom(): boolean {
    return this.#listeners.size < mostListeners;
  }

  /** Whether the answer on this connection goes on: nothing else can be said on it. */
  isServing(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  /** The header line that names this replica to the client of a connection, who finds it again at the connection's own address. */
  headerFor(socket: Socket): string {
    return `${replicaHeader}: ${this.#nameOn(socket)}`;
  }

  /** Answers for as long as this replica lives. */
  serve(response: ServerResponse): void {
    this.#listeners.add(response);
    this.#watchers.set(this.#listeners.size);
    response.once("close", () => {
      this.#listeners.delete(response);
      this.#watchers.set(this.#listeners.size);
    });
    response.on("error", () => undefined); // "close" follows
    const { socket } = response.req;
    this.#sockets.add(socket);
    response.writeHead(200, {
      [replicaHeader]: this.#nameOn(socket),
      ...{ "cache-control": "no-store", connection: "close" },
    });
    response.flushHeaders();
  }

  /** In order, no tunnel was cut: says so to everybody, within a second. Otherwise the end of their connections tells them. */
  async stop({ inOrder }: { inOrder: boolean }): Promise<void> {
    clearInterval(this.#beating);
    if (!inOrder) return;
    const signal = AbortSignal.timeout(endTimeoutMilliseconds);
    await Promise.allSettled(
      [...this.#listeners].map(async (response) => {
        response.end();
        await once(response, "close", { signal });
      }),
    );
  }

  #nameOn({ localAddress: host = "", localPort: port = 0 }: Socket): string {
    return replicaText({ id: this.#id, host, port });
  }

  #beat(): void {
    for (const response of this.#listeners) response.write("\n");
  }
}
