import { formatAddress, parseAddress } from "../../core/targets/address.ts";
import type { Address, AddressBlock } from "../../core/targets/address.ts";
import { parseTargetEntry } from "../../core/targets/address-policy.ts";
import { isGloballyRoutable } from "../../core/targets/public-address.ts";

/** What a cluster is numbered with, as the API server says it: addresses, and blocks in CIDR notation. */
export interface ClusterNumbers {
  /** Addresses of nodes and the blocks of their pods. */
  nodes: Iterable<readonly string[]>;
  serviceBlocks: readonly string[];
  /** Addresses of pods; none unless they are watched. */
  pods: Iterable<readonly string[]>;
}

/** Networks give a pod at most this much; a new pod is then refused before anybody has heard of it. */
const podPrefixLength = 64;

/**
 * The public blocks among them, in CIDR notation, sorted, without those that another one contains. Others are left out: what is not public is
 * refused anyway. An IPv6 address of a pod stands for its /64.
 */
export function publicRangesOf({ nodes, serviceBlocks, pods }: ClusterNumbers): string[] {
  const blocks = new Map<string, AddressBlock>();
  const add = (block: AddressBlock | undefined): void => {
    if (block !== undefined && hasPublic(block)) blocks.set(textOf(block), block);
  };
  for (const texts of [...nodes, serviceBlocks])
    for (const text of texts) add(parseTargetEntry(text)?.block);
  for (const texts of pods) for (const text of texts) add(blockAroundPod(text));
  return withoutContained(blocks).toSorted();
}

function blockAroundPod(text: string): AddressBlock | undefined {
  const address = parseAddress(text);
  if (address?.family !== 6) return parseTargetEntry(text)?.block;
  const bytes = address.bytes.map((byte, at) => (at < podPrefixLength / 8 ? byte : 0));
  return { network: { family: 6, bytes }, prefixLength: podPrefixLength };
}

/** By its first and last address: a block that is public in its middle alone is nobody's. */
function hasPublic({ network, prefixLength }: AddressBlock): boolean {
  return isGloballyRoutable(network) || isGloballyRoutable(lastOf(network, prefixLength));
}

function lastOf({ family, bytes }: Address, prefixLength: number): Address {
  const filled = bytes.map((byte, at) => {
    const bitsKept = Math.min(8, Math.max(0, prefixLength - at * 8));
    return byte | (0xff >> bitsKept);
  });
  return { family, bytes: filled };
}

/** Only as many comparisons as there are prefix lengths: a cluster may have thousands of nodes. */
function withoutContained(blocks: Map<string, AddressBlock>): string[] {
  const lengths = [...new Set([...blocks.values()].map(({ prefixLength }) => prefixLength))];
  return [...blocks].flatMap(([text, { network, prefixLength }]) => {
    const isContained = lengths
      .filter((length) => length < prefixLength)
      .some((length) => blocks.has(textOf(blockAt(network, length))));
    return isContained ? [] : [text];
  });
}

function blockAt({ family, bytes }: Address, prefixLength: number): AddressBlock {
  const kept = bytes.map((byte, at) => {
    const bitsKept = Math.min(8, Math.max(0, prefixLength - at * 8));
    return byte & ~(0xff >> bitsKept) & 0xff;
  });
  return { network: { family, bytes: kept }, prefixLength };
}

function textOf({ network, prefixLength }: AddressBlock): string {
  return `${formatAddress(network)}/${prefixLength}`;
}
