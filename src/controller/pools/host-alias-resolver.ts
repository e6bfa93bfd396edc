import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { WorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";
import type { HostAlias } from "./worker-pod-spec.ts";
import type { Clock } from "../../platform/process/clock.ts";

interface KnownHost {
  address: string;
  resolvedAtMilliseconds: number;
}

interface HostAliasResolverOptions {
  clock: Clock;
  /** Returns all addresses of a name; rejects when it has none. */
  lookup?: (host: string) => Promise<string[]>;
}

const lifeMilliseconds = 60_000;
const limitMilliseconds = 5_000;

/** Resolves the host names that worker pods need, because the pods themselves have no DNS. */
export class HostAliasResolver {
  readonly #clock: Clock;
  readonly #lookup: (host: string) => Promise<string[]>;
  readonly #known = new Map<string, KnownHost>();

  constructor(options: HostAliasResolverOptions) {
    this.#clock = options.clock;
    this.#lookup = options.lookup ?? addressesOf;
  }

  /**
   * The entries for the hosts file of worker pods; none when the pods may use DNS.
   *
   * @throws Error naming the host that has no address.
   */
  async resolve(settings: WorkerPodSettings, signal: AbortSignal): Promise<HostAlias[]> {
    if (settings.allowDNS) return [];
    const hosts = [settings.natsURL, settings.egressURL].map((url) => new URL(url).hostname);
    const names = [...new Set(hosts)].filter((host) => isIP(host.replaceAll(/[[\]]/g, "")) === 0);
    const aliases: HostAlias[] = [];
    for (const name of names) {
      const ip = await this.#address(name, signal);
      const same = aliases.find((alias) => alias.ip === ip);
      if (same === undefined) aliases.push({ ip, hostnames: [name] });
      else same.hostnames.push(name);
    }
    return aliases;
  }

  async #address(host: string, signal: AbortSignal): Promise<string> {
    const now = this.#clock.monotonicMilliseconds();
    const known = this.#known.get(host);
    if (known !== undefined && now - known.resolvedAtMilliseconds < lifeMilliseconds)
      return known.address;
    try {
      const found = await this.#withinLimit(this.#lookup(host), signal);
      // A name with several addresses keeps the one it had: a change would cause a rollout.
      const address =
        known !== undefined && found.includes(known.address) ? known.address : found[0];
      if (address === undefined) throw new Error("it has no address");
      this.#known.set(host, { address, resolvedAtMilliseconds: now });
      return address;
    } catch (err) {
      signal.throwIfAborted();
      // DNS may fail for a moment; the pods keep the known address.
      if (known !== undefined) return known.address;
      const why = err instanceof Error ? err.message : String(err);
      throw new Error(`The name ${host} cannot be resolved: ${why}`, { cause: err });
    }
  }

  async #withinLimit<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
    const limit = new AbortController();
    const late = this.#clock
      .sleep(limitMilliseconds, AbortSignal.any([limit.signal, signal]))
      .then(() => {
        throw new Error(`no answer within ${limitMilliseconds / 1000} s`);
      });
    // The promise that loses the race must not cause an unhandled rejection.
    work.catch(() => undefined);
    late.catch(() => undefined);
    try {
      return await Promise.race([work, late]);
    } finally {
      limit.abort();
    }
  }
}

async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true, order: "ipv4first" });
  return found.map(({ address }) => address);
}
