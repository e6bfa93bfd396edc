import type { Socket } from "node:net";
import type { ProxyGrant } from "../core/tokens/proxy-token.ts";
import { transferLimitExceeded } from "./refusal.ts";

export type Usage = ProxyGrant["limits"];

/** A place among the account's connections, taken before dialling. */
export interface ConnectionPlace {
  /** The dial succeeded: every byte counts from here on, and the place is given back when the socket closes. */
  occupy(socket: Socket): void;
  /** The dial failed. */
  giveBack(): void;
}

/**
 * What one attempt of one job has used in one traffic class, over all the connections that present its token. When it
 * runs out of bytes or of time, everything it has open is closed.
 */
export class TrafficBudget {
  readonly grant: ProxyGrant;
  #bytes = 0;
  #tunnels = 0;
  #connections = 0;
  #closed = false;
  readonly #open = new Set<Socket>();
  onTransferred: (received: number, sent: number) => void = () => undefined;

  constructor(grant: ProxyGrant) {
    this.grant = grant;
  }

  get used(): Usage {
    return { bytes: this.#bytes, requests: this.#tunnels, connections: this.#connections };
  }

  /** Counts one that is asked for, opened or not. Throws a Refusal when bytes or tunnels (`limits.requests`) are used up. */
  countTunnel(): void {
    const { bytes, requests } = this.grant.limits;
    if (this.#hasRunOut)
      throw transferLimitExceeded(
        `The job has transferred the ${bytes} bytes it may; the page loads too much`,
      );
    if (this.#tunnels >= requests)
      throw transferLimitExceeded(
        `The job has asked for the ${requests} tunnels it may; the page opens too many connections`,
      );
    this.#tunnels += 1;
  }

  /** Throws a Refusal when the job has all its connections open. */
  takePlace(): ConnectionPlace {
    const { connections } = this.grant.limits;
    if (this.#connections >= connections)
      throw transferLimitExceeded(
        `The job has ${connections} connections open, which is all it may have at one time`,
      );
    this.#connections += 1;
    return {
      occupy: (socket) => this.#occupy(socket),
      giveBack: () => {
        this.#connections -= 1;
      },
    };
  }

  /** Closes everything that is open; nothing more can be opened. */
  close(): void {
    this.#closed = true;
    this.#destroyAll();
  }

  #occupy(socket: Socket): void {
    let charged = 0;
    const charge = (): void => {
      const total = socket.bytesRead + socket.bytesWritten;
      this.#bytes += total - charged;
      charged = total;
      if (this.#hasRunOut) this.#destroyAll();
    };
    this.#open.add(socket);
    socket.on("data", charge);
    socket.on("drain", charge);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#connections -= 1;
      charge();
      this.onTransferred(socket.bytesRead, socket.bytesWritten);
    });
    if (this.#closed) socket.destroy();
  }

  get #hasRunOut(): boolean {
    return this.#bytes > this.grant.limits.bytes;
  }

  #destroyAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
