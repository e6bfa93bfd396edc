import type { Socket } from "node:net";
import type { ProxyGrant } from "../api/messages/proxy-grant.ts";
import { transferLimitExceeded } from "./refusal.ts";

/** Reserved before dialling, so that concurrent dials cannot exceed the limit. */
interface ConnectionReservation {
  /** After a successful dial: counts every byte of the socket, and releases the reservation when it closes. */
  attach(socket: Socket): void;
  /** After a failed dial. */
  release(): void;
}

/**
 * What one attempt of one job may use in one traffic class, over all connections that present its token. When its bytes are used up
 * or its token expires, all its connections are closed.
 */
export class TrafficBudget {
  readonly grant: ProxyGrant;
  readonly #onTransferred: (receivedBytes: number, sentBytes: number) => void;
  #bytes = 0;
  #tunnels = 0;
  #connections = 0;
  #closed = false;
  readonly #sockets = new Set<Socket>();

  /** @param onTransferred called once for each connection, when it closes */
  constructor(
    grant: ProxyGrant,
    onTransferred: (receivedBytes: number, sentBytes: number) => void,
  ) {
    this.grant = grant;
    this.#onTransferred = onTransferred;
  }

  get used(): ProxyGrant["limits"] {
    return { bytes: this.#bytes, requests: this.#tunnels, connections: this.#connections };
  }

  get logFields(): { jobUID: string; attempt: number; trafficClass: ProxyGrant["class"] } {
    const { uid, attempt, class: trafficClass } = this.grant;
    return { jobUID: uid, attempt, trafficClass };
  }

  /** Counts one requested tunnel, opened or not. Throws a Refusal if the bytes or tunnels (`limits.requests`) are used up. */
  countTunnel(): void {
    const { bytes, requests } = this.grant.limits;
    if (this.#isExhausted)
      throw transferLimitExceeded(
        `The job reached its limit of ${bytes} bytes; the page loads too much`,
      );
    if (this.#tunnels >= requests)
      throw transferLimitExceeded(
        `The job reached its limit of ${requests} tunnels; the page opens too many connections`,
      );
    this.#tunnels += 1;
  }

  /** Throws a Refusal if the job has reached its limit of open connections. */
  reserveConnection(): ConnectionReservation {
    const { connections } = this.grant.limits;
    if (this.#connections >= connections)
      throw transferLimitExceeded(
        `The job reached its limit of ${connections} connections at a time`,
      );
    this.#connections += 1;
    return {
      attach: (socket) => this.#attach(socket),
      release: () => {
        this.#connections -= 1;
      },
    };
  }

  /** Closes all connections, and from now on every new one. */
  close(): void {
    this.#closed = true;
    this.#destroyAll();
  }

  #attach(socket: Socket): void {
    let charged = 0;
    const charge = (): void => {
      const total = socket.bytesRead + socket.bytesWritten;
      this.#bytes += total - charged;
      charged = total;
      if (this.#isExhausted) this.#destroyAll();
    };
    this.#sockets.add(socket);
    socket.on("data", charge);
    socket.on("drain", charge);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#connections -= 1;
      charge();
      this.#onTransferred(socket.bytesRead, socket.bytesWritten);
    });
    if (this.#closed) socket.destroy();
  }

  get #isExhausted(): boolean {
    return this.#bytes > this.grant.limits.bytes;
  }

  #destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
