import { isInBlock, parseAddress, parseBlock, unmapped, unmappedBlock } from "./address.ts";
import type { Address, AddressBlock } from "./address.ts";
import { isGloballyRoutable } from "./public-address.ts";

/** An entry of STILLS_EGRESS_ALLOW_CIDRS or STILLS_EGRESS_DENY_CIDRS. */
export interface TargetEntry {
  readonly block: AddressBlock;
  /** Undefined: every port. */
  readonly port?: number;
}

/** What an operator allows and denies; without any entry only public addresses are reachable. */
export interface TargetRules {
  /** Reachable although not public. */
  readonly allow: readonly TargetEntry[];
  /** Never reachable, neither as public nor through `allow`: for clusters whose nodes or pods have public addresses. */
  readonly deny: readonly TargetEntry[];
  /** The DNS domain of the cluster, whose names are internal whatever `allow` says. */
  readonly clusterDomain: string;
}

const entryForms =
  "an address block such as 10.0.0.0/8 or fd00::/8, with a port as 10.0.0.0/8:8080 or [fd00::/8]:8080";

/**
 * Parses `CIDR` or `CIDR:port`; IPv6 needs brackets around the block, or around the address, when a port follows. An
 * address alone means only itself. Undefined for anything else.
 */
export function parseTargetEntry(text: string): TargetEntry | undefined {
  const parts = splitEntry(text);
  const block = parts === undefined ? undefined : parseBlock(parts.block);
  if (parts === undefined || block === undefined) return undefined;
  const plain = unmappedBlock(block);
  if (parts.port === undefined) return { block: plain };
  const port = Number(parts.port);
  return port >= 1 && port <= 65_535 ? { block: plain, port } : undefined;
}

/** For `EnvReader.list`: what an entry must be, or undefined if it is valid. */
export function problemOfTargetEntry(text: string): string | undefined {
  return parseTargetEntry(text) === undefined
    ? `${entryForms}; bits beyond the prefix must be zero`
    : undefined;
}

/** Parses entries that were checked with `problemOfTargetEntry`. @throws TypeError for any other */
export function parseTargetEntries(texts: readonly string[]): TargetEntry[] {
  return texts.map((text) => {
    const entry = parseTargetEntry(text);
    if (entry === undefined) throw new TypeError(`"${text}" is not ${entryForms}`);
    return entry;
  });
}

/** Whether a connection to this address and port may be made. Text that is not an address may not be visited. */
export function mayVisitAddress(
  address: Address | string,
  port: number,
  rules: Pick<TargetRules, "allow" | "deny">,
): boolean {
  const parsed = typeof address === "string" ? parseAddress(address) : address;
  if (parsed === undefined || isNamedBy(rules.deny, parsed, port)) return false;
  return isNamedBy(rules.allow, parsed, port) || isGloballyRoutable(parsed);
}

/** Whether one of the entries names this address and port; an IPv4-mapped address counts as its IPv4 address. */
export function isNamedBy(
  entries: readonly TargetEntry[],
  address: Address,
  port: number,
): boolean {
  const target = unmapped(address);
  return entries.some(
    (entry) => (entry.port === undefined || entry.port === port) && isInBlock(target, entry.block),
  );
}

function splitEntry(text: string): { block: string; port?: string } | undefined {
  const groups =
    /^\[(?<inside>[^\][]+)\](?<length>\/\d+)?(?::(?<portAfter>\d{1,5}))?$/.exec(text)?.groups ??
    /^(?<inside>[^:[\]]+):(?<portAfter>\d{1,5})$/.exec(text)?.groups ??
    /^(?<inside>[^[\]]+)$/.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const block = `${groups["inside"]}${groups["length"] ?? ""}`;
  const port = groups["portAfter"];
  return port === undefined ? { block } : { block, port };
}
