import { Agent } from "node:http";
import type { ClientRequestArgs, RequestOptions } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import type { CheckedTarget } from "./target-check.ts";

/** What `http.request` is given for this agent; where to connect is in `checked` alone. */
export interface OriginRequestOptions extends RequestOptions {
  checked: CheckedTarget;
}

/** Idle connections beyond that are closed. */
const maxIdlePerOrigin = 8;
const idleMilliseconds = 15_000;

/**
 * Kept-alive connections of one job, so that no job ever sees what another one left behind. A connection is used again
 * only for a request whose name was checked anew and led to the same set of addresses.
 */
export class OriginAgent extends Agent {
  readonly #open: (checked: CheckedTarget) => Promise<Socket>;

  constructor(open: (checked: CheckedTarget) => Promise<Socket>) {
    super({ keepAlive: true, maxFreeSockets: maxIdlePerOrigin, timeout: idleMilliseconds });
    this.#open = open;
  }

  override getName(options?: unknown): string {
    const { host, port, addresses } = (options as OriginRequestOptions).checked;
    return `${host}:${port} ${addresses.toSorted().join(" ")}`;
  }

  override createConnection(
    options: ClientRequestArgs,
    callback?: (err: Error | null, stream: Duplex) => void,
  ): undefined {
    const done = callback as (err: Error | null, stream?: Duplex) => void;
    void this.#connect((options as OriginRequestOptions).checked, done);
  }

  /** Closes all idle connections; answers whether there were any. */
  dropIdle(): boolean {
    const idle = Object.values(this.freeSockets).flatMap((sockets) => sockets ?? []);
    for (const socket of idle) socket.destroy();
    return idle.length > 0;
  }

  async #connect(
    checked: CheckedTarget,
    done: (err: Error | null, stream?: Duplex) => void,
  ): Promise<void> {
    let socket: Socket;
    try {
      socket = await this.#open(checked);
    } catch (thrown) {
      done(thrown as Error);
      return;
    }
    done(null, socket);
  }
}
