/**
 * Top-level names without public servers: for private networks (RFC 6762 and its appendix G, ICANN's `internal`), for other systems
 * than DNS (RFC 7686, RFC 9476), never valid (RFC 6761), the tree of DNS's own infrastructure with `home.arpa` (RFC 8375), and what
 * routers and hosts files use. Looked up nevertheless are `test` and `example`: RFC 6761 gives them to tests, and nothing inside a
 * cluster has such a name.
 */
const internalSuffixes: readonly string[] = [
  ...["local", "internal", "intranet", "private", "corp", "home", "lan", "localdomain"],
  ...["onion", "alt", "invalid", "arpa"],
  // Services of any cluster, as pods name them with a search domain.
  "svc",
];

/**
 * Whether a host name means something only inside of networks: it has no dot, a reserved suffix, or is in the domain of the cluster.
 * Such a name is refused before it is looked up, so that the answer does not show which of them exist. `localhost` is loopback and
 * never looked up; callers treat it apart.
 */
export function isInternalName(host: string, clusterDomain: string): boolean {
  if (!host.includes(".")) return true;
  return [clusterDomain, ...internalSuffixes].some(
    (suffix) => host === suffix || host.endsWith(`.${suffix}`),
  );
}

/** The message for an internal name, the same for those that exist and those that do not. */
export function internalNameMessage(host: string): string {
  return `The host name ${host} is internal, so it may not be visited; use a public name, or an address that an operator allows with STILLS_EGRESS_ALLOW_CIDRS`;
}
