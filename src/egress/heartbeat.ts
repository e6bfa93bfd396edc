import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import {
  heartbeatIntervalMilliseconds,
  replicaHeader,
  replicaText,
} from "../api/messages/egress-heartbeat.ts";
import type { EgressMetrics } from "./metrics.ts";

/** Each worker watches once; the cap keeps a hostile job's token from holding any number of connections. */
export const maxWatchers = 1_000;
const endTimeoutMilliseconds = 1_000;

/**
 * Sends a heartbeat to the workers that watch this replica. When the replica is killed, the page's requests in flight are lost, and the
 * other side of a tunnel cannot tell that from an origin that closed; the broken heartbeat tells it.
 */
export class Heartbeat {
  readonly #id = randomUUID();
  readonly #responses = new Set<ServerResponse>();
  readonly #sockets = new WeakSet<Socket>();
  readonly #watchers: EgressMetrics["watchers"];
  #timer: NodeJS.Timeout | undefined;

  constructor({ watchers }: EgressMetrics) {
    this.#watchers = watchers;
  }

  start(): void {
    this.#timer = setInterval(() => this.#beat(), heartbeatIntervalMilliseconds).unref();
  }

  /** Whether one more watcher is accepted. */
  get hasCapacity(): boolean {
    return this.#responses.size < maxWatchers;
  }

  /** Whether this connection carries a heartbeat, so that nothing else can be answered on it. */
  isServing(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  /** The header line that names this replica, at the address where the client reached it. */
  headerFor(socket: Socket): string {
    return `${replicaHeader}: ${this.#replicaOn(socket)}`;
  }

  /** Answers with a body that continues for as long as this replica lives. */
  serve(response: ServerResponse): void {
    this.#responses.add(response);
    this.#watchers.set(this.#responses.size);
    response.once("close", () => {
      this.#responses.delete(response);
      this.#watchers.set(this.#responses.size);
    });
    response.on("error", () => undefined); // "close" follows
    const { socket } = response.req;
    this.#sockets.add(socket);
    response.writeHead(200, {
      [replicaHeader]: this.#replicaOn(socket),
      "cache-control": "no-store",
      connection: "close",
    });
    response.flushHeaders();
  }

  /**
   * Ends every heartbeat regularly if no tunnel was cut (`isDrained`), within a second. Otherwise the watchers' connections break when
   * the server closes them.
   */
  async stop({ isDrained }: { isDrained: boolean }): Promise<void> {
    clearInterval(this.#timer);
    if (!isDrained) return;
    const signal = AbortSignal.timeout(endTimeoutMilliseconds);
    await Promise.allSettled(
      [...this.#responses].map(async (response) => {
        response.end();
        await once(response, "close", { signal });
      }),
    );
  }

  #replicaOn({ localAddress: host = "", localPort: port = 0 }: Socket): string {
    return replicaText({ id: this.#id, host, port });
  }

  #beat(): void {
    for (const response of this.#responses) response.write("\n");
  }
}
