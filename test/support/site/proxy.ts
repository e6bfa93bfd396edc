import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { pipeline } from "node:stream";
import type { Reason } from "../../../src/api/reasons/reasons.ts";
import {
  grantSocks,
  readSocksTarget,
  refuseSocks,
} from "../../../src/worker/network/socks-request.ts";

export interface Refusal {
  reason: Reason;
  message: string;
}

export interface SiteProxyOptions {
  /** Host names of made-up hosts, and where they are: `shop.test` → `127.0.0.1:1234`. */
  hosts?: Record<string, string>;
  /** Host names that are refused as an egress proxy refuses them. */
  refusals?: Record<string, Refusal>;
}

/**
 * A SOCKS proxy for the browser of a test: it forwards everything, resolves made-up names, and refuses the hosts it is told to. It does
 * what the worker's forwarder and the egress proxy do together, without tokens and without a policy.
 */
export class SiteProxy implements AsyncDisposable {
  readonly #hosts: Record<string, string>;
  readonly #refusals: Record<string, Refusal>;
  readonly #server = createServer((client) => void this.#serve(client));
  readonly #sockets = new Set<Socket>();

  private constructor({ hosts = {}, refusals = {} }: SiteProxyOptions) {
    this.#hosts = hosts;
    this.#refusals = refusals;
  }

  static async open(options: SiteProxyOptions = {}): Promise<SiteProxy> {
    const proxy = new SiteProxy(options);
    const listening = Promise.withResolvers<void>();
    proxy.#server.listen(0, "127.0.0.1", listening.resolve);
    await listening.promise;
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  refusalOf(url: string): Refusal | undefined {
    return this.#refusals[URL.parse(url)?.hostname ?? ""];
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    await closed.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #serve(client: Socket): Promise<void> {
    this.#track(client);
    const target = await readSocksTarget(client);
    if (target === undefined) return;
    const [, hostname = "", targetPort] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(target) ?? [];
    if (this.#refusals[hostname] !== undefined) return refuseSocks(client);
    const [host, port] = this.#placeOf(hostname, Number(targetPort));
    const server = connect(port, host);
    this.#track(server);
    server.once("connect", () => {
      grantSocks(client);
      pipeline(client, server, client, () => undefined);
    });
    server.once("error", () => refuseSocks(client));
  }

  #placeOf(hostname: string, port: number): [host: string, port: number] {
    const place = this.#hosts[hostname];
    if (place === undefined) return [hostname, port];
    const [host = "", placePort] = place.split(":");
    return [host, Number(placePort)];
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
  }
}
