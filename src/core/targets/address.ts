import { isIP } from "node:net";

/** An IP address as bytes: comparisons on text fall to the many ways of writing one. */
export interface Address {
  readonly family: 4 | 6;
  /** 4 or 16, most significant first. */
  readonly bytes: readonly number[];
}

/** A block of addresses in CIDR notation. */
export interface AddressBlock {
  readonly network: Address;
  readonly prefixLength: number;
}

/**
 * Parses dotted decimal IPv4 and every textual form of IPv6 of RFC 4291. An address with a zone (`fe80::1%eth0`) is
 * undefined, as is everything else. IPv4-mapped IPv6 stays IPv6; see `unmapped`.
 */
export function parseAddress(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 4) return { family: 4, bytes: text.split(".").map(Number) };
  if (family !== 6 || text.includes("%")) return undefined;

  const [head = "", tail] = text.split("::");
  const before = bytesOfGroups(head);
  if (tail === undefined) return { family: 6, bytes: before };
  const after = bytesOfGroups(tail);
  const zeros = Array.from({ length: 16 - before.length - after.length }, () => 0);
  return { family: 6, bytes: [...before, ...zeros, ...after] };
}

/** Dotted decimal, or eight groups of hexadecimal digits: understood by every system call, never abbreviated. */
export function formatAddress(address: Address): string {
  if (address.family === 4) return address.bytes.join(".");
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(groupAt(address, at).toString(16));
  return groups.join(":");
}

/** `10.0.0.0/8`, `fd00::/8`; an address alone is a block of one. Undefined if bits beyond the prefix are set. */
export function parseBlock(text: string): AddressBlock | undefined {
  const [addressText = "", lengthText, ...rest] = text.split("/");
  const network = parseAddress(addressText);
  if (network === undefined || rest.length > 0) return undefined;
  const bits = network.bytes.length * 8;
  if (lengthText === undefined) return { network, prefixLength: bits };
  if (!/^\d{1,3}$/.test(lengthText) || Number(lengthText) > bits) return undefined;
  const block = { network, prefixLength: Number(lengthText) };
  return hasHostBits(block) ? undefined : block;
}

/** Whether the address lies in the block; never across families. */
export function isInBlock(address: Address, block: AddressBlock): boolean {
  const { network, prefixLength } = block;
  if (address.family !== network.family) return false;
  const wholeBytes = prefixLength >> 3;
  for (let at = 0; at < wholeBytes; at += 1)
    if (address.bytes[at] !== network.bytes[at]) return false;
  const bitsLeft = prefixLength & 7;
  if (bitsLeft === 0) return true;
  const shift = 8 - bitsLeft;
  return byteAt(address, wholeBytes) >> shift === byteAt(network, wholeBytes) >> shift;
}

/** The IPv4 address that the system dials for an IPv4-mapped one (`::ffff:a.b.c.d`); others unchanged. */
export function unmapped(address: Address): Address {
  return isInBlock(address, mappedBlock) ? embeddedIPv4(address, 12) : address;
}

/** `::ffff:10.0.0.0/104` is 10.0.0.0/8: addresses are compared in their unmapped form. */
export function unmappedBlock(block: AddressBlock): AddressBlock {
  const network = unmapped(block.network);
  if (network.family === block.network.family || block.prefixLength < 96) return block;
  return { network, prefixLength: block.prefixLength - 96 };
}

/** The IPv4 address in four bytes of an IPv6 one. */
export function embeddedIPv4(address: Address, offset: number): Address {
  return { family: 4, bytes: address.bytes.slice(offset, offset + 4) };
}

/** For blocks written in source text. @throws TypeError where `parseBlock` returns undefined */
export function blockOf(text: string): AddressBlock {
  const block = parseBlock(text);
  if (block === undefined) throw new TypeError(`"${text}" is not an address block`);
  return block;
}

const mappedBlock = blockOf("::ffff:0:0/96");

function bytesOfGroups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function groupAt(address: Address, at: number): number {
  return (byteAt(address, at) << 8) | byteAt(address, at + 1);
}

function byteAt(address: Address, at: number): number {
  return address.bytes[at] ?? 0;
}

function hasHostBits({ network, prefixLength }: AddressBlock): boolean {
  return network.bytes.some((byte, at) => {
    const bitsKept = Math.min(8, Math.max(0, prefixLength - at * 8));
    return (byte & (0xff >> bitsKept)) !== 0;
  });
}
