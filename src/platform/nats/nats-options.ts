/** What is used of a logger. */
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
  /** File with a token that is shown instead of user and password. Read again like the password. */
  tokenFile?: string;
  /** PEM of the authorities of the server's certificate; default the system's. Read again like the password. */
  caFile?: string;
  /** Shown in the server's monitoring. */
  name: string;
  /** See `inboxPrefix` in api/rights/nats-permissions.ts. */
  inboxPrefix: string;
  log: Log;
  /** How long `start` waits for the first connection. Default 120. */
  firstConnectTimeoutSeconds?: number;
}
