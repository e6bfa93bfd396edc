import { getDomain, getDomainWithoutSuffix } from "tldts";

/** The rules of a category that need only the host of a connection. */
export interface HostRules {
  /** With their subdomains. */
  blocked: readonly string[];
  /** Blocked on pages of other sites only. */
  blockedForOthers: readonly string[];
  /** Host → sites (`example.com`, `example.*`, or `*` for all) on whose pages something of the host may load. */
  exceptions: Readonly<Record<string, readonly string[]>>;
}

/** Answers for many hosts. */
export class HostMatcher {
  readonly #blocked: ReadonlySet<string>;
  readonly #blockedForOthers: ReadonlySet<string>;
  readonly #exceptions: ReadonlyMap<string, readonly string[]>;

  constructor({ blocked, blockedForOthers, exceptions }: HostRules) {
    this.#blocked = new Set(blocked);
    this.#blockedForOthers = new Set(blockedForOthers);
    this.#exceptions = new Map(Object.entries(exceptions));
  }

  /**
   * Whether a page of `pageHost` may get nothing from `host`. Without a page (content that came with the job) every host is one of another
   * site.
   */
  isBlocked(host: string, pageHost: string | undefined): boolean {
    const names = namesAbove(host);
    const isHit = (hosts: ReadonlySet<string>): boolean => names.some((name) => hosts.has(name));
    const isOthers = pageHost === undefined || !isSameSite(host, pageHost);
    if (!isHit(this.#blocked) && !(isOthers && isHit(this.#blockedForOthers))) return false;
    const exceptions = names.flatMap((name) => this.#exceptions.get(name) ?? []);
    return !exceptions.some((site) => isOn(site, pageHost));
  }
}

/** Whether two hosts belong to one site: they have the same registrable domain, or are the same. */
export function isSameSite(one: string, other: string): boolean {
  return one === other || (getDomain(one) !== null && getDomain(one) === getDomain(other));
}

/** `a.b.example.com` → itself, `b.example.com`, `example.com`, `com`. */
function namesAbove(host: string): string[] {
  const parts = host.split(".");
  return parts.map((_, index) => parts.slice(index).join("."));
}

function isOn(site: string, pageHost: string | undefined): boolean {
  if (site === "*") return true;
  if (pageHost === undefined) return false;
  if (site.endsWith(".*")) return getDomainWithoutSuffix(pageHost) === site.slice(0, -2);
  return pageHost === site || pageHost.endsWith(`.${site}`);
}
