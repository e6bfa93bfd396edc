import { isIP } from "node:net";

/** How the system completes a name that is not complete: resolv.conf(5). */
export interface SearchRules {
  domains: readonly string[];
  /** A name with fewer dots is tried with the domains first. */
  ndots: number;
}

const defaultDots = 1;
/** What the C library takes at most. */
const mostDots = 15;

/** The rules in the text of `/etc/resolv.conf`; of several `search` lines the last one counts. */
export function parseSearchRules(text: string): SearchRules {
  let domains: string[] = [];
  let ndots = defaultDots;
  for (const line of text.split("\n")) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === "search" || keyword === "domain") domains = words.map(withoutLastDot);
    if (keyword !== "options") continue;
    const dots = words.map((word) => /^ndots:(\d+)$/.exec(word)?.[1]).find(Boolean);
    if (dots !== undefined) ndots = Math.min(Number(dots), mostDots);
  }
  return { domains: domains.filter((domain) => domain !== ""), ndots };
}

/** The addresses of a name in the text of `/etc/hosts`. */
export function addressesInHosts(text: string, host: string): string[] {
  const wanted = withoutLastDot(host).toLowerCase();
  return text.split("\n").flatMap((line) => {
    const [address = "", ...names] = (line.split("#")[0] ?? "").trim().split(/\s+/);
    const isNamed = names.some((name) => name.toLowerCase() === wanted);
    return isNamed && isIP(address) !== 0 ? [address] : [];
  });
}

/** The complete names to ask for, in order. */
export function candidateNames(host: string, { domains, ndots }: SearchRules): string[] {
  if (host.endsWith(".")) return [withoutLastDot(host)];
  const completed = domains.map((domain) => `${host}.${domain}`);
  const dots = host.split(".").length - 1;
  return dots >= ndots ? [host, ...completed] : [...completed, host];
}

function withoutLastDot(name: string): string {
  return name.replace(/\.$/, "");
}
