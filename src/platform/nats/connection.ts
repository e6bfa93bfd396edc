import type { NatsConnection } from "@nats-io/transport-node";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import { Failure } from "../../api/reasons/failure.ts";
import type { Runnable } from "../process/lifecycle.ts";
import { Deadline } from "../process/deadline.ts";
import { connectionProblem } from "./connection-problem.ts";
import { firstConnection } from "./first-connection.ts";
import { within } from "./limits.ts";
import type { Log, NatsOptions } from "./nats-options.ts";

type NatsState = "Connecting" | "Connected" | "Disconnected" | "Closed";

const drainLimitMilliseconds = 5_000;
const defaultFirstConnectTimeoutSeconds = 120;

/** For `firstConnectTimeoutSeconds` of a process that waits as long as it takes; every few seconds it is logged. */
export const patientFirstConnectSeconds = 86_400;

/** Opens no connection before `start`. */
export function createNats(options: NatsOptions): Nats {
  return new Nats(options);
}

/** One connection to NATS. It reconnects without end; if it closes for another reason than `stop`, the process ends. */
export class Nats implements Runnable {
  readonly name = "nats";
  /** Rejects when the connection closes without `stop`. */
  readonly failed: Promise<never>;
  #fail: (cause: Failure) => void = () => {};
  readonly #options: NatsOptions;
  readonly #log: Log;
  readonly #reconnectHooks = new Set<() => void | Promise<void>>();
  readonly startTimeoutSeconds: number;
  #connection: NatsConnection | undefined;
  #jetstream: JetStreamClient | undefined;
  #manager: JetStreamManager | undefined;
  #state: NatsState = "Connecting";
  #stopping = false;
  #lastError: unknown;

  constructor(options: NatsOptions) {
    this.#options = options;
    this.#log = options.log;
    // Longer than our own limit, whose error says more.
    this.startTimeoutSeconds = this.#firstConnectTimeoutSeconds + 10;
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // The lifecycle listens; without one, a rejection must not end the process.
    this.failed.catch(() => {});
  }

  /** Prefix of the inboxes of this connection. */
  get inboxPrefix(): string {
    return this.#options.inboxPrefix;
  }

  /** For errors that no caller is told. */
  get log(): Log {
    return this.#log;
  }

  get state(): NatsState {
    return this.#state;
  }

  get isConnected(): boolean {
    return this.#state === "Connected";
  }

  /** For readiness: a sentence with the setting and the last error, or undefined while it is connected. */
  get problem(): string | undefined {
    if (this.isConnected) return undefined;
    return connectionProblem(this.#options, this.#lastError);
  }

  /** The client's connection; throws a transient Failure before `start` has succeeded and after `stop`. */
  get connection(): NatsConnection {
    return present(this.#connection);
  }

  get jetstream(): JetStreamClient {
    return present(this.#jetstream);
  }

  get manager(): JetStreamManager {
    return present(this.#manager);
  }

  /**
   * Calls the hook after every reconnect (not after the first connect). Returns the function that removes it.
   * A hook that fails is logged; it does not end the connection.
   */
  onReconnect(hook: () => void | Promise<void>): () => void {
    this.#reconnectHooks.add(hook);
    return () => this.#reconnectHooks.delete(hook);
  }

  /**
   * Connects.
   * @throws Failure(InternalError) when the time limit is over or the signal is aborted
   */
  async start(signal: AbortSignal): Promise<void> {
    using deadline = new Deadline({
      milliseconds: this.#firstConnectTimeoutSeconds * 1000,
      parents: [signal],
    });
    const connection = await firstConnection(this.#options, {
      signal: deadline.signal,
      onError: (err) => {
        this.#lastError = err;
      },
    });
    this.#connection = connection;
    this.#jetstream = jetstream(connection, { timeout: 5_000 });
    this.#manager = await jetstreamManager(connection, { timeout: 5_000, checkAPI: false });
    this.#state = "Connected";
    this.#lastError = undefined;
    void this.#watchStatus(connection);
    void this.#watchClose(connection);
    this.#log.info(
      { server: connection.getServer(), version: connection.info?.version },
      "Connected to NATS",
    );
  }

  /** Drops the connection and opens a new one; for a server that no longer answers. */
  async reconnect(): Promise<void> {
    await this.connection.reconnect();
  }

  /** Sends what is buffered, ends all subscriptions and closes, within 5 seconds. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#state = "Closed";
    const connection = this.#connection;
    if (connection === undefined || connection.isClosed()) return;
    try {
      await within(connection.drain(), drainLimitMilliseconds);
    } catch (err) {
      this.#log.warn({ err }, "Could not drain the NATS connection; closing it");
    }
    await connection.close();
  }

  get #firstConnectTimeoutSeconds(): number {
    return this.#options.firstConnectTimeoutSeconds ?? defaultFirstConnectTimeoutSeconds;
  }

  async #watchStatus(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === "disconnect" && !this.#stopping) {
        this.#state = "Disconnected";
        this.#log.warn({ server: status.server }, "Disconnected from NATS");
      }
      if (status.type === "reconnect") void this.#reconnected(status.server);
      if (status.type === "error") this.#lastError = status.error;
      if (status.type === "error") this.#log.error({ err: status.error }, "NATS refused");
    }
  }

  async #reconnected(server: string): Promise<void> {
    if (this.#stopping) return;
    this.#state = "Connected";
    this.#lastError = undefined;
    this.#log.info({ server }, "Reconnected to NATS");
    await Promise.all(
      [...this.#reconnectHooks].map(async (hook) => {
        try {
          await hook();
        } catch (err) {
          this.#log.error({ err }, "Reconnect hook failed");
        }
      }),
    );
  }

  async #watchClose(connection: NatsConnection): Promise<void> {
    const cause = await connection.closed();
    this.#state = "Closed";
    if (this.#stopping) return;
    this.#log.error({ err: cause }, "The NATS connection closed for good");
    this.#fail(new Failure("InternalError", { message: "The NATS connection closed", cause }));
  }
}

function present<T>(value: T | undefined): T {
  if (value !== undefined) return value;
  throw new Failure("InternalError", { message: "NATS is not connected yet" });
}
