import { promises as dns } from "node:dns";
import type { RecordWithTtl } from "node:dns";
import type { Clock } from "../platform/process/clock.ts";
import { connectionFailed, nameNotResolved, nameServersAway } from "./refusal.ts";
import type { EgressMetrics } from "./metrics.ts";

interface Answer {
  addresses: readonly string[];
  timeToLiveSeconds: number;
}

interface CacheEntry {
  outcome: Promise<Answer>;
  /** Monotonic; infinite while the lookup is in progress. */
  usableUntilMilliseconds: number;
}

/** Long enough for one page, short enough to follow a change of address. */
const maxTimeToLiveSeconds = 30;
/** A page may request a host that does not exist many times within seconds. */
const negativeTimeToLiveSeconds = 2;
const maxEntries = 10_000;
const queryTimeoutMilliseconds = 2500;
const tries = 2;

/**
 * A stub resolver that queries DNS servers directly: no hosts file, no search domains, no local names. Answers are cached for their
 * TTL, but at most 30 seconds. Only the addresses returned here are dialled.
 */
export class NameResolver {
  readonly #resolver = new dns.Resolver({ timeout: queryTimeoutMilliseconds, tries });
  readonly #cache = new Map<string, CacheEntry>();
  readonly #clock: Clock;
  readonly #metrics: EgressMetrics;

  constructor(options: { servers: readonly string[]; clock: Clock; metrics: EgressMetrics }) {
    if (options.servers.length > 0) this.#resolver.setServers(options.servers);
    this.#clock = options.clock;
    this.#metrics = options.metrics;
  }

  /** All IPv4 and IPv6 addresses of a name. Throws a Refusal: NameNotResolved if there are none, EgressUnavailable without a name server, else ConnectionFailed. */
  async resolve(host: string): Promise<readonly string[]> {
    const now = this.#clock.monotonicMilliseconds();
    const known = this.#cache.get(host);
    if (known !== undefined && known.usableUntilMilliseconds > now) {
      this.#metrics.nameLookups.increment({ outcome: "Cached" });
      return (await known.outcome).addresses;
    }
    const entry: CacheEntry = {
      outcome: this.#lookUp(host),
      usableUntilMilliseconds: Number.POSITIVE_INFINITY,
    };
    this.#cacheEntry(host, entry);
    return (await this.#settle(entry)).addresses;
  }

  /** Ends the queries in progress; they fail. */
  cancel(): void {
    this.#resolver.cancel();
  }

  async #settle(entry: CacheEntry): Promise<Answer> {
    const until = (seconds: number) => this.#clock.monotonicMilliseconds() + seconds * 1000;
    try {
      const answer = await entry.outcome;
      entry.usableUntilMilliseconds = until(answer.timeToLiveSeconds);
      return answer;
    } catch (thrown) {
      entry.usableUntilMilliseconds = until(negativeTimeToLiveSeconds);
      throw thrown;
    }
  }

  #cacheEntry(host: string, entry: CacheEntry): void {
    // Deleting first moves the host to the end of the map's order, so that the first key is the oldest.
    this.#cache.delete(host);
    this.#cache.set(host, entry);
    if (this.#cache.size <= maxEntries) return;
    const oldest = this.#cache.keys().next();
    if (oldest.done !== true) this.#cache.delete(oldest.value);
  }

  async #lookUp(host: string): Promise<Answer> {
    const families = await Promise.allSettled([
      this.#resolver.resolve4(host, { ttl: true }),
      this.#resolver.resolve6(host, { ttl: true }),
    ]);
    const records = families.flatMap((family) =>
      family.status === "fulfilled" ? family.value : [],
    );
    if (records.length === 0) throw this.#failureOf(host, families);
    this.#metrics.nameLookups.increment({ outcome: "Resolved" });
    return answerOf(records);
  }

  #failureOf(host: string, families: readonly PromiseSettledResult<unknown>[]): Error {
    const causes = families.flatMap((family) =>
      family.status === "rejected" ? [family.reason as unknown] : [],
    );
    const isAbsent = causes.every((cause) => isNotFound(cause));
    this.#metrics.nameLookups.increment({ outcome: isAbsent ? "NotFound" : "Failed" });
    if (causes.every((cause) => codeOf(cause) === "ECONNREFUSED"))
      return nameServersAway("The egress proxy reaches no name server", causes[0]);
    return isAbsent
      ? nameNotResolved(`The host name ${host} does not exist; check its spelling`, causes[0])
      : connectionFailed(`The lookup of the host name ${host} failed`, causes[0]);
  }
}

function answerOf(records: readonly RecordWithTtl[]): Answer {
  return {
    addresses: records.map((record) => record.address),
    timeToLiveSeconds: Math.min(maxTimeToLiveSeconds, ...records.map((record) => record.ttl)),
  };
}

/** Whether the name does not exist or is not valid; any other failure may be temporary. */
function isNotFound(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === "ENOTFOUND" || code === "ENODATA" || code === "EBADNAME";
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}
