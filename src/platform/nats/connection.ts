import { readFileSync } from "node:fs";
import { connect } from "@nats-io/transport-node";
import type { ConnectionOptions, NatsConnection } from "@nats-io/transport-node";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import { Failure } from "../../api/reasons/failure.ts";
import { pause, within } from "./limits.ts";

/** What the NATS side needs of a logger; the process's logger fits. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface NatsOptions {
  /** `nats://host:port` or `tls://host:port`. */
  url: string;
  user: string;
  password?: string;
  /** Read again at every connection attempt, so that a rotated password is picked up. */
  passwordFile?: string;
  /** PEM of the authorities that may have signed the server's certificate; default the system's. Read again like a password. */
  caFile?: string;
  /** Shown in the server's monitoring. */
  name: string;
  /** See `inboxPrefix` in api/rights/nats-permissions.ts. */
  inboxPrefix: string;
  log: Log;
  /** How long `start` waits for the first connection. Default 120. */
  firstConnectTimeoutSeconds?: number;
}

export type NatsState = "Connecting" | "Connected" | "Disconnected" | "Closed";

const pingIntervalMilliseconds = 20_000;
const drainLimitMilliseconds = 5_000;
const dialLimitMilliseconds = 5_000;
const firstConnectPauseMilliseconds = 500;
const defaultFirstConnectTimeoutSeconds = 120;
const stillWaitingEveryMilliseconds = 5_000;

/** The part that holds one connection to NATS. Nothing is opened before `start`. */
export function createNats(options: NatsOptions): Nats {
  return new Nats(options);
}

/** One connection to NATS: reconnects for ever, and brings the process down when it closes for another reason than `stop`. */
export class Nats {
  readonly name = "nats";
  /** Rejects when the connection closes though nobody asked for it. */
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
  #lastPassword = "";
  #lastTrouble = "";

  constructor(options: NatsOptions) {
    this.#options = options;
    this.#log = options.log;
    // A little more than our own limit, whose error says more.
    this.startTimeoutSeconds = this.#firstConnectTimeoutSeconds + 10;
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // Whoever runs the part listens; a part that nobody runs must not end the process by itself.
    this.failed.catch(() => {});
  }

  /** What inboxes of this connection begin with. */
  get inboxPrefix(): string {
    return this.#options.inboxPrefix;
  }

  /** For what happens on the connection where nobody waits for an outcome. */
  get log(): Log {
    return this.#log;
  }

  get state(): NatsState {
    return this.#state;
  }

  get isConnected(): boolean {
    return this.#state === "Connected";
  }

  /** For readiness: a sentence with the setting and what the server last said, or undefined while it is connected. */
  get problem(): string | undefined {
    if (this.isConnected) return undefined;
    return `NATS at ${withoutPassword(this.#options.url)} (STILLS_NATS_URL) is not connected${this.#lastTrouble}`;
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
   * Connects. Says every few seconds that it waits; throws a Failure when the limit is over or the signal aborts.
   * The client's own `waitOnFirstConnect` can be neither stopped nor bounded, so the first connect is a loop of ours.
   */
  async start(signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.timeout(this.#firstConnectTimeoutSeconds * 1000);
    const connection = await this.#firstConnection(AbortSignal.any([signal, limit]));
    this.#connection = connection;
    this.#jetstream = jetstream(connection, { timeout: 5_000 });
    this.#manager = await jetstreamManager(connection, { timeout: 5_000, checkAPI: false });
    this.#state = "Connected";
    this.#lastTrouble = "";
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

  async #firstConnection(signal: AbortSignal): Promise<NatsConnection> {
    const { url } = this.#options;
    let saidAt = Number.NEGATIVE_INFINITY;
    let lastError: unknown;
    while (!signal.aborted) {
      try {
        return await connect(this.#connectionOptions());
      } catch (err) {
        lastError = err;
        this.#lastTrouble = troubleOf(err);
      }
      if (performance.now() - saidAt >= stillWaitingEveryMilliseconds) {
        saidAt = performance.now();
        this.#log.warn(
          { err: lastError, cause: this.problem, user: this.#options.user },
          "Waiting for NATS",
        );
      }
      await pause(firstConnectPauseMilliseconds, signal);
    }
    throw new Failure("InternalError", {
      message: `NATS at ${withoutPassword(url)} could not be reached${this.#lastTrouble}; check STILLS_NATS_URL and that the server runs`,
      cause: lastError,
    });
  }

  #connectionOptions(): ConnectionOptions {
    const { url, caFile } = this.#options;
    return {
      servers: url,
      // With it the client refuses a server that offers no TLS; without it the password would go to whoever answers.
      ...(url.startsWith("tls:") && { tls: caFile === undefined ? {} : { caFile } }),
      name: this.#options.name,
      inboxPrefix: this.#options.inboxPrefix,
      authenticator: () => ({ user: this.#options.user, pass: this.#password() }),
      timeout: dialLimitMilliseconds,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      reconnectJitter: 500,
      reconnectJitterTLS: 500,
      pingInterval: pingIntervalMilliseconds,
      maxPingOut: 2,
      // A password may be rotated on the server a moment before its file changes here.
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
    };
  }

  /** Must not throw: the client closes for good when an authenticator does. */
  #password(): string {
    const { password, passwordFile } = this.#options;
    if (passwordFile === undefined) return password ?? "";
    try {
      this.#lastPassword = readFileSync(passwordFile, "utf8").trim();
    } catch (err) {
      this.#log.error({ err, passwordFile }, "Could not read the NATS password");
    }
    return this.#lastPassword;
  }

  async #watchStatus(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === "disconnect" && !this.#stopping) {
        this.#state = "Disconnected";
        this.#log.warn({ server: status.server }, "Disconnected from NATS");
      }
      if (status.type === "reconnect") void this.#reconnected(status.server);
      if (status.type === "error") this.#lastTrouble = troubleOf(status.error);
      if (status.type === "error") this.#log.error({ err: status.error }, "NATS refused");
    }
  }

  async #reconnected(server: string): Promise<void> {
    if (this.#stopping) return;
    this.#state = "Connected";
    this.#lastTrouble = "";
    this.#log.info({ server }, "Reconnected to NATS");
    await Promise.all(
      [...this.#reconnectHooks].map(async (hook) => {
        try {
          await hook();
        } catch (err) {
          this.#log.error({ err }, "Could not carry on after the reconnect to NATS");
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

/** `: connection refused`, and which setting it may be about. */
function troubleOf(err: unknown): string {
  if (!(err instanceof Error)) return "";
  const { message } = err;
  if (/authorization/i.test(message))
    return `: ${message} (is the password in STILLS_NATS_PASSWORD_FILE the server's?)`;
  if (/certificate|altnames/i.test(message))
    return `: ${message} (STILLS_NATS_CA_FILE names who may have signed it)`;
  return `: ${message}`;
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
