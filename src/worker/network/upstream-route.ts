import { Agent } from "node:http";
import type { ClientRequestArgs } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { UpstreamProxy } from "../../api/messages/page-secrets.ts";
import { matchesHost } from "./host-pattern.ts";
import type { EgressClient } from "./egress-client.ts";
import { openTunnel, TunnelRefused } from "../../platform/http/connect-client.ts";
import { egressRefusalOf, egressUnreachable } from "./egress-refusal.ts";
import type { EgressRefusal } from "./egress-refusal.ts";

interface UpstreamRouteOptions {
  proxy: UpstreamProxy;
  /** Opens the connections to that proxy. */
  egressClient: EgressClient;
  timeoutMilliseconds: number;
  /** Ends tunnels that are being opened. */
  signal: AbortSignal;
}

/** The job's own proxy refused, or could not be reached. The message is for the owner of the job and contains no address. */
export class UpstreamFailed extends Error {
  readonly refusal: EgressRefusal;

  constructor(refusal: EgressRefusal, cause?: unknown) {
    super(refusal.message, cause === undefined ? undefined : { cause });
    this.name = "UpstreamFailed";
    this.refusal = refusal;
  }
}

/**
 * Opens connections through a job's own proxy. That proxy is reached through the egress proxy, which checks its address like that of
 * any target; it connects in its own network, not ours. Neither the browser nor the page sees its credentials.
 */
export class UpstreamRoute {
  /** For requests in absolute form: its connections lead to the job's proxy. */
  readonly agent: Agent;
  readonly #options: UpstreamRouteOptions;

  constructor(options: UpstreamRouteOptions) {
    this.#options = options;
    this.agent = new TunnelAgent(() => this.#connect());
  }

  /** Whether the host is reached through the proxy, and does not bypass it. */
  isFor(hostname: string): boolean {
    return !matchesHost(this.#options.proxy.bypassHosts, hostname);
  }

  /** Options of requests in absolute form. */
  get requestOptions(): { host: string; port: number; agent: Agent; authorization?: string } {
    const { host, port } = this.#options.proxy;
    const authorization = this.#authorization;
    return {
      host,
      port,
      agent: this.agent,
      ...(authorization === undefined ? {} : { authorization }),
    };
  }

  /** Opens a tunnel to a target, `host:port`. @throws UpstreamFailed */
  async open(authority: string): Promise<Socket> {
    const socket = await this.#connect();
    try {
      const tunnel = await openTunnel(
        { socket },
        {
          authority,
          authorization: this.#authorization,
          timeoutMilliseconds: this.#options.timeoutMilliseconds,
          signal: this.#options.signal,
        },
      );
      return tunnel.socket;
    } catch (thrown) {
      socket.destroy();
      throw new UpstreamFailed(
        thrown instanceof TunnelRefused ? refusalOfStatus(thrown.statusCode) : brokenOff,
        thrown,
      );
    }
  }

  close(): void {
    this.agent.destroy();
  }

  get #authorization(): string | undefined {
    const { username, password } = this.#options.proxy;
    if (username === undefined && password === undefined) return undefined;
    return `Basic ${Buffer.from(`${username ?? ""}:${password ?? ""}`).toString("base64")}`;
  }

  async #connect(): Promise<Socket> {
    const { proxy, egressClient } = this.#options;
    const host = proxy.host.includes(":") ? `[${proxy.host}]` : proxy.host;
    try {
      return await egressClient.open(`${host}:${proxy.port}`);
    } catch (thrown) {
      const reason = thrown instanceof TunnelRefused ? egressRefusalOf(thrown)?.reason : undefined;
      throw new UpstreamFailed(refusalOfReason(reason), thrown);
    }
  }
}

type ConnectionCallback = (thrown: Error | null, stream?: Duplex) => void;

/** An agent whose connections are opened asynchronously: Node.js accepts those through the callback only. */
class TunnelAgent extends Agent {
  readonly #open: () => Promise<Socket>;
  #destroyed = false;

  constructor(open: () => Promise<Socket>) {
    super({ keepAlive: true });
    this.#open = open;
  }

  override createConnection(
    _options: ClientRequestArgs,
    callback?: (thrown: Error | null, stream: Duplex) => void,
  ): undefined {
    if (callback !== undefined) void this.#connect(callback as ConnectionCallback);
  }

  async #connect(callback: ConnectionCallback): Promise<void> {
    try {
      const socket = await this.#open();
      if (!this.#destroyed) return callback(null, socket);
      socket.destroy();
      callback(new Error("The capture is over"));
    } catch (thrown) {
      callback(thrown as Error);
    }
  }

  override destroy(): void {
    this.#destroyed = true;
    super.destroy();
  }
}

/** The refusal of a job whose own proxy answers with an error. */
export function refusalOfStatus(statusCode: number): EgressRefusal {
  return {
    // A client error is final; a server error may pass.
    reason: statusCode >= 400 && statusCode < 500 ? "ProxyRefused" : "ConnectionFailed",
    message:
      statusCode === 407
        ? "The proxy given with `proxy` answered 407: its user name or password is wrong or missing"
        : `The proxy given with \`proxy\` answered ${statusCode} instead of connecting to the page's host`,
  };
}

/** The refusal of a job whose own proxy breaks off the connection. */
export const brokenOff: EgressRefusal = {
  reason: "ConnectionFailed",
  message: "The proxy given with `proxy` broke off the connection or did not answer in time",
};

function refusalOfReason(reason: EgressRefusal["reason"] | undefined): EgressRefusal {
  switch (reason) {
    case undefined:
    case "EgressUnavailable":
      return egressUnreachable;
    case "TargetNotAllowed":
      return {
        reason,
        message: "The proxy given with `proxy` has a name or an address that may not be used",
      };
    case "NameNotResolved":
      return { reason, message: "The name of the proxy given with `proxy` could not be resolved" };
    default:
      return { reason, message: "The proxy given with `proxy` could not be reached" };
  }
}
