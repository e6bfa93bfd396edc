import { promises as dns } from "node:dns";
import type { LookupAddress, LookupOptions, RecordWithTtl } from "node:dns";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { callbackify } from "node:util";
import { addressesInHosts, candidateNames, parseSearchRules } from "./system-names.ts";

interface NameCacheOptions {
  /** Default: those of the system. Tests have their own. */
  servers?: readonly string[];
  hostsFile?: string;
  resolverFile?: string;
  /** Monotonic, in milliseconds. */
  now?: () => number;
}

interface Answer {
  addresses: string[];
  timeToLiveSeconds: number;
}

interface Entry {
  addresses: string[];
  usableUntil: number;
  /** Used when no name server has an answer. */
  staleUntil: number;
  refreshing: Promise<string[]> | undefined;
}

const leastTimeToLiveSeconds = 5;
const mostTimeToLiveSeconds = 60;
const retryAfterFailureMilliseconds = 5_000;
const staleMilliseconds = 3_600_000;
/** While the name servers are slow, what was known is used after this. */
const patienceMilliseconds = 1_000;
const queryTimeoutMilliseconds = 2_500;
const tries = 2;

/**
 * Looks up names as the system does, with hosts file and search domains, but asks the name servers itself: `dns.lookup` blocks one of the
 * few threads that files and compression need, for as long as a name server is silent. Answers are kept for their time to live, and
 * longer while no name server has an answer.
 */
export class NameCache {
  readonly #options: NameCacheOptions;
  readonly #resolver = new dns.Resolver({ timeout: queryTimeoutMilliseconds, tries });
  readonly #entries = new Map<string, Entry>();

  constructor(options: NameCacheOptions = {}) {
    this.#options = options;
    if (options.servers !== undefined) this.#resolver.setServers(options.servers);
  }

  /** For the option `lookup` of sockets and agents. */
  readonly lookup: LookupFunction = (host, { all = false, family }, callback) => {
    this.#resolveFamily(host, familyOf(family), (error, found) => {
      const first = found?.[0];
      if (first === undefined) callback(error ?? notFound(host), "", 0);
      else if (all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };

  readonly #resolveFamily = callbackify(
    async (host: string, family: 0 | 4 | 6): Promise<LookupAddress[]> =>
      (await this.resolve(host))
        .map((address) => ({ address, family: isIP(address) }))
        .filter((found) => family === 0 || found.family === family),
  );

  /** All addresses of a name, at least one. @throws an error with a code, such as ENOTFOUND */
  async resolve(host: string): Promise<string[]> {
    if (isIP(host) !== 0) return [host];
    const now = this.#now();
    const known = this.#entries.get(host);
    if (known !== undefined && known.addresses.length > 0 && now < known.usableUntil)
      return known.addresses;
    const entry = known ?? { addresses: [], usableUntil: 0, staleUntil: 0, refreshing: undefined };
    this.#entries.set(host, entry);
    entry.refreshing ??= this.#refresh(host, entry).finally(() => (entry.refreshing = undefined));
    if (entry.addresses.length === 0 || now >= entry.staleUntil) return await entry.refreshing;
    return await firstOf(entry.refreshing, entry.addresses);
  }

  /** Ends the queries in progress; they fail. */
  cancel(): void {
    this.#resolver.cancel();
  }

  async #refresh(host: string, entry: Entry): Promise<string[]> {
    try {
      const { addresses, timeToLiveSeconds } = await this.#ask(host);
      const now = this.#now();
      entry.addresses = addresses;
      entry.usableUntil = now + within(timeToLiveSeconds) * 1000;
      entry.staleUntil = now + staleMilliseconds;
    } catch (thrown) {
      if (this.#now() >= entry.staleUntil) throw thrown;
      entry.usableUntil = this.#now() + retryAfterFailureMilliseconds;
    }
    return entry.addresses;
  }

  async #ask(host: string): Promise<Answer> {
    const { hostsFile = "/etc/hosts", resolverFile = "/etc/resolv.conf" } = this.#options;
    const inHosts = addressesInHosts(await textOf(hostsFile), host);
    if (inHosts.length > 0)
      return { addresses: inHosts, timeToLiveSeconds: leastTimeToLiveSeconds };
    for (const name of candidateNames(host, parseSearchRules(await textOf(resolverFile)))) {
      const answer = await this.#query(name);
      if (answer !== undefined) return answer;
    }
    // Every name server says that there is none: the system may know other sources, and answers at once.
    const found = await dns.lookup(host, { all: true });
    const addresses = found.map(({ address }) => address);
    return { addresses, timeToLiveSeconds: leastTimeToLiveSeconds };
  }

  /** Undefined if there is no such name. @throws when no name server answers that */
  async #query(name: string): Promise<Answer | undefined> {
    const [ipv4, ipv6] = await Promise.allSettled([
      this.#resolver.resolve4(name, { ttl: true }),
      this.#resolver.resolve6(name, { ttl: true }),
    ]);
    const records = [...recordsOf(ipv4), ...recordsOf(ipv6)];
    if (records.length > 0)
      return {
        addresses: records.map(({ address }) => address),
        timeToLiveSeconds: Math.min(...records.map(({ ttl }) => ttl)),
      };
    for (const asked of [ipv4, ipv6])
      if (asked.status === "rejected" && !isNoSuchName(asked.reason)) throw asked.reason;
    return undefined;
  }

  #now(): number {
    return this.#options.now?.() ?? performance.now();
  }
}

function recordsOf(asked: PromiseSettledResult<RecordWithTtl[]>): RecordWithTtl[] {
  return asked.status === "fulfilled" ? asked.value : [];
}

function isNoSuchName(thrown: unknown): boolean {
  const { code } = thrown as NodeJS.ErrnoException;
  return code === "ENOTFOUND" || code === "ENODATA";
}

function within(seconds: number): number {
  return Math.min(Math.max(seconds, leastTimeToLiveSeconds), mostTimeToLiveSeconds);
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}

/** The fresh addresses, or those that were known when the fresh ones take too long. */
async function firstOf(fresh: Promise<string[]>, known: string[]): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const timer = setTimeout(() => resolve(known), patienceMilliseconds);
  try {
    return await Promise.race([fresh, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function familyOf(family: LookupOptions["family"]): 0 | 4 | 6 {
  if (family === 4 || family === "IPv4") return 4;
  return family === 6 || family === "IPv6" ? 6 : 0;
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`No address of the wanted family for ${host}`), {
    code: "ENOTFOUND",
  });
}
