import { Agent, ProxyAgent } from "undici";
import type { Dispatcher } from "undici";
import type { ClusterAccess, KubeCredentials } from "./cluster-access.ts";

/** How to send a request now. */
export interface Connection {
  origin: string;
  /** Before every path; empty for most servers. */
  pathPrefix: string;
  headers: Record<string, string>;
  dispatcher: Dispatcher;
}

/** Age of credentials at which their files are checked again. */
const credentialsLifeMilliseconds = 30_000;
/** Below the 90 s after which a kube-apiserver closes an idle connection. */
const keepAliveMilliseconds = 55_000;
/** More than the watches and concurrent reconciles of one process. */
const maxConnections = 128;

/**
 * The one connection pool of a process to its API server. A new pool is made only when the TLS material or the address
 * changes; the old one ends with its last request.
 */
export class KubeConnection {
  readonly #credentials: KubeCredentials;
  readonly #retired = new Set<Dispatcher>();
  #current: Connection | undefined;
  #fingerprint = "";
  #readAtMilliseconds = 0;
  #reading: Promise<Connection> | undefined;
  #isClosed = false;

  constructor(credentials: KubeCredentials) {
    this.#credentials = credentials;
  }

  /** The current connection; reads the credentials first when they may be out of date. */
  get(): Promise<Connection> | Connection {
    if (this.#isClosed) throw new Error("The connection to the API server is closed");
    const age = performance.now() - this.#readAtMilliseconds;
    if (this.#current !== undefined && age < credentialsLifeMilliseconds) return this.#current;
    return this.#readOnce(false);
  }

  /** Reads the credentials again, whatever their age. */
  async refresh(): Promise<void> {
    await this.#readOnce(true);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#reading?.catch(() => undefined);
    const all = [
      ...this.#retired,
      ...(this.#current === undefined ? [] : [this.#current.dispatcher]),
    ];
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
  }

  #readOnce(force: boolean): Promise<Connection> {
    this.#reading ??= this.#read(force).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(force: boolean): Promise<Connection> {
    const previous = this.#current;
    let access: ClusterAccess;
    try {
      access = await this.#credentials.load(force);
    } catch (thrown) {
      // A file may be in the middle of a replacement; the previous credentials may still be valid.
      if (previous === undefined) throw thrown;
      this.#readAtMilliseconds = performance.now();
      return previous;
    }
    const fingerprint = JSON.stringify([access.server, access.tls, access.proxyURL]);
    const unchanged = previous !== undefined && fingerprint === this.#fingerprint;
    const dispatcher = unchanged ? previous.dispatcher : createDispatcher(access);
    const server = new URL(access.server);
    this.#current = {
      origin: server.origin,
      pathPrefix: server.pathname.replace(/\/+$/, ""),
      headers: access.headers,
      dispatcher,
    };
    this.#fingerprint = fingerprint;
    this.#readAtMilliseconds = performance.now();
    if (previous !== undefined && !unchanged) this.#retire(previous.dispatcher);
    return this.#current;
  }

  #retire(dispatcher: Dispatcher): void {
    this.#retired.add(dispatcher);
    dispatcher
      .close()
      .catch(() => undefined)
      .finally(() => this.#retired.delete(dispatcher));
  }
}

function createDispatcher(access: ClusterAccess): Dispatcher {
  const options = {
    connections: maxConnections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMilliseconds,
    keepAliveMaxTimeout: keepAliveMilliseconds,
    allowH2: false,
    // Every request has its own limit.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const tls = { ...access.tls, timeout: 10_000 };
  if (access.proxyURL !== undefined)
    return new ProxyAgent({ ...options, uri: access.proxyURL, requestTls: tls });
  return new Agent({ ...options, connect: tls });
}
