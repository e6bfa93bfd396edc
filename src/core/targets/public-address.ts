import { blockOf, embeddedIPv4, isInBlock, parseAddress, unmapped } from "./address.ts";
import type { Address, AddressBlock } from "./address.ts";

/**
 * IPv4 blocks that are not part of the public Internet: the IANA IPv4 Special-Purpose Address Registry (RFC 6890 and
 * its updates), multicast and the reserved class E.
 */
const notPublicIPv4 = [
  "0.0.0.0/8", // "this network", RFC 791
  "10.0.0.0/8", // private, RFC 1918
  "100.64.0.0/10", // shared by carriers, RFC 6598; also pods and metadata services of some clouds
  "127.0.0.0/8", // loopback, RFC 1122
  "168.63.129.16/32", // platform services of Azure, reachable from every virtual machine there
  "169.254.0.0/16", // link-local, RFC 3927; the metadata services of most clouds
  "172.16.0.0/12", // private, RFC 1918
  "192.0.0.0/24", // IETF protocol assignments, RFC 6890
  "192.0.2.0/24", // documentation, RFC 5737
  "192.88.99.0/24", // 6to4 relays, withdrawn by RFC 7526
  "192.168.0.0/16", // private, RFC 1918
  "198.18.0.0/15", // benchmarking, RFC 2544
  "198.51.100.0/24", // documentation, RFC 5737
  "203.0.113.0/24", // documentation, RFC 5737
  "224.0.0.0/4", // multicast, RFC 5771
  "240.0.0.0/4", // reserved, RFC 1112, and the limited broadcast address
].map(blockOf);

/** The only part of IPv6 from which public unicast addresses are given out (RFC 4291 2.4, IANA's registry). */
const globalUnicastIPv6 = blockOf("2000::/3");

/** Blocks of it that are not public. Single addresses in them are reachable, but serve no pages. */
const notPublicIPv6 = [
  "2001::/23", // IETF protocol assignments, with Teredo (2001::/32), benchmarking, ORCHID
  "2001:db8::/32", // documentation, RFC 3849
  "2002::/16", // 6to4, RFC 3056, withdrawn: leads to whatever IPv4 address is written in it
  "3fff::/20", // documentation, RFC 9637
].map(blockOf);

/** Leads to the IPv4 address in its last four bytes, RFC 6052; how IPv6-only clusters reach the IPv4 Internet. */
const wellKnownNAT64 = blockOf("64:ff9b::/96");

/**
 * Whether an address belongs to the public Internet. Unknown blocks do not: of IPv6 only 2000::/3 can be public, and forms that
 * embed an IPv4 address are judged by that address too.
 */
export function isGloballyRoutable(address: Address | string): boolean {
  const parsed = typeof address === "string" ? parseAddress(address) : address;
  if (parsed === undefined) return false;
  const target = unmapped(parsed);
  return target.family === 4 ? isPublicIPv4(target) : isPublicIPv6(target);
}

function isPublicIPv4(address: Address): boolean {
  return !isInAny(address, notPublicIPv4);
}

function isPublicIPv6(address: Address): boolean {
  const embedded = embeddedInIPv6(address);
  if (embedded !== undefined && !isPublicIPv4(embedded)) return false;
  if (isInBlock(address, wellKnownNAT64)) return true;
  return isInBlock(address, globalUnicastIPv6) && !isInAny(address, notPublicIPv6);
}

/** The IPv4 address that an IPv6 one leads to through a translator or a tunnel; undefined if it leads to none. */
export function embeddedInIPv6(address: Address): Address | undefined {
  if (address.family === 4) return undefined;
  const isEmbedding = isInBlock(address, wellKnownNAT64) || hasISATAPIdentifier(address);
  return isEmbedding ? embeddedIPv4(address, 12) : undefined;
}

/** `…:0:5efe:a.b.c.d` and `…:200:5efe:a.b.c.d`, RFC 5214: a tunnel to the IPv4 address. */
function hasISATAPIdentifier({ bytes }: Address): boolean {
  const [first = 0, second, third, fourth] = bytes.slice(8, 12);
  return (first & 0xfd) === 0 && second === 0 && third === 0x5e && fourth === 0xfe;
}

function isInAny(address: Address, blocks: readonly AddressBlock[]): boolean {
  return blocks.some((block) => isInBlock(address, block));
}
