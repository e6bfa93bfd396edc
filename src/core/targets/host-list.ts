import { bareHostOf } from "./url-policy.ts";
import { isInBlock, parseAddress, parseBlock, unmapped, unmappedBlock } from "./address.ts";
import type { Address, AddressBlock } from "./address.ts";
import { embeddedInIPv6 } from "./public-address.ts";

/** Hosts by name, by the domain they are in, and by address: one list of `Account.spec.targets`. */
export interface HostList {
  readonly names: ReadonlySet<string>;
  /** Each begins with a dot: `*.example.com` means every name below example.com, and not itself. */
  readonly suffixes: readonly string[];
  readonly blocks: readonly AddressBlock[];
}

type HostEntry = { name: string } | { suffix: string } | { block: AddressBlock };

/** The list of these entries. Those that say nothing are left out; `invalidEntryOf` finds them. */
export function parseHostList(entries: readonly string[]): HostList {
  const names = new Set<string>();
  const suffixes: string[] = [];
  const blocks: AddressBlock[] = [];
  for (const entry of entries.map(parseEntry)) {
    if (entry === undefined) continue;
    if ("name" in entry) names.add(entry.name);
    else if ("suffix" in entry) suffixes.push(entry.suffix);
    else blocks.push(entry.block);
  }
  return { names, suffixes, blocks };
}

/** The first entry that is neither a host name nor a range of addresses. */
export function invalidEntryOf(entries: readonly string[]): string | undefined {
  return entries.find((entry) => parseEntry(entry) === undefined);
}

/** The entries that are ranges or single addresses. */
export function addressEntriesOf(entries: readonly string[]): string[] {
  return entries.filter((text) => {
    const entry = parseEntry(text);
    return entry !== undefined && "block" in entry;
  });
}

/** Whether the list has this host, a name or an address as the URL parser or CONNECT has it. */
export function isListedHost(list: HostList, host: string): boolean {
  const bare = withoutDecoration(host);
  const address = parseAddress(bare);
  if (address !== undefined) return isListedAddress(list, address);
  return list.names.has(bare) || list.suffixes.some((suffix) => bare.endsWith(suffix));
}

/** Whether a range of the list has this address, in whatever form IPv6 carries it. */
export function isListedAddress({ blocks }: HostList, address: Address): boolean {
  const embedded = embeddedInIPv6(address);
  const forms = embedded === undefined ? [unmapped(address)] : [unmapped(address), embedded];
  return forms.some((form) => blocks.some((block) => isInBlock(form, block)));
}

/** A number in any notation is an address, as it is to the URL parser: `0x7f.1` is 127.0.0.1. */
function parseEntry(text: string): HostEntry | undefined {
  if (text.includes("/")) {
    const block = parseBlock(text);
    return block && { block: unmappedBlock(block) };
  }
  const isWildcard = text.startsWith("*.");
  const url = URL.parse(`http://${isWildcard ? text.slice(2) : text}`);
  if (url === null) return undefined;
  const host = bareHostOf(url);
  if (host === "" || host.split(".").includes("")) return undefined;
  const address = parseAddress(host);
  if (!isWildcard)
    return address === undefined
      ? { name: host }
      : { block: { network: address, prefixLength: address.bytes.length * 8 } };
  return address === undefined ? { suffix: `.${host}` } : undefined;
}

/** Small letters, no brackets, no final dot: names that differ in those lead to the same host. */
function withoutDecoration(host: string): string {
  const small = host.toLowerCase();
  return small.startsWith("[") ? small.slice(1, -1) : small.replace(/\.+$/, "");
}
