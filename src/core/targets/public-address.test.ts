import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, parseAddress } from "./address.ts";
import { isGloballyRoutable } from "./public-address.ts";

/**
 * The IANA special-purpose address registries (iana.org/assignments/iana-ipv4-special-registry and …-ipv6-…), as they
 * are published: block, and the column "Globally Reachable". Where an outer block has another answer than one inside, the
 * longer prefix counts.
 */
const registryIPv4: [block: string, reachable: boolean][] = [
  ["0.0.0.0/8", false],
  ["0.0.0.0/32", false],
  ["10.0.0.0/8", false],
  ["100.64.0.0/10", false],
  ["127.0.0.0/8", false],
  ["169.254.0.0/16", false],
  ["172.16.0.0/12", false],
  ["192.0.0.0/24", false],
  ["192.0.0.0/29", false],
  ["192.0.0.8/32", false],
  ["192.0.0.9/32", true],
  ["192.0.0.10/32", true],
  ["192.0.0.170/32", false],
  ["192.0.0.171/32", false],
  ["192.0.2.0/24", false],
  ["192.31.196.0/24", true],
  ["192.52.193.0/24", true],
  ["192.88.99.0/24", false],
  ["192.168.0.0/16", false],
  ["192.175.48.0/24", true],
  ["198.18.0.0/15", false],
  ["198.51.100.0/24", false],
  ["203.0.113.0/24", false],
  ["240.0.0.0/4", false],
  ["255.255.255.255/32", false],
];

const registryIPv6: [block: string, reachable: boolean][] = [
  ["::1/128", false],
  ["::/128", false],
  ["::ffff:0:0/96", false],
  ["64:ff9b::/96", true],
  ["64:ff9b:1::/48", false],
  ["100::/64", false],
  ["100:0:0:1::/64", false],
  ["2001::/23", false],
  ["2001::/32", false],
  ["2001:1::1/128", true],
  ["2001:1::2/128", true],
  ["2001:1::3/128", true],
  ["2001:2::/48", false],
  ["2001:3::/32", true],
  ["2001:4:112::/48", true],
  ["2001:10::/28", false],
  ["2001:20::/28", true],
  ["2001:30::/28", true],
  ["2001:db8::/32", false],
  ["2002::/16", false],
  ["2620:4f:8000::/48", true],
  ["3fff::/20", false],
  ["5f00::/16", false],
  ["fc00::/7", false],
  ["fe80::/10", false],
];

/** Reachable by the registry, refused by us: no page lives there, and whole blocks are easier to be sure of. */
const refusedOnPurpose = [
  "192.0.0.9",
  "192.0.0.10",
  "2001:1::1",
  "2001:1::2",
  "2001:1::3",
  "2001:3::",
  "2001:4:112::",
  "2001:20::",
  "2001:30::",
];

test("no address that the IANA registries call unreachable is globally routable", () => {
  for (const [block, reachable] of [...registryIPv4, ...registryIPv6]) {
    const [network = ""] = block.split("/");
    if (reachable) continue;
    for (const address of [network, lastOf(block)])
      assert.equal(isGloballyRoutable(address), mappedAndPublic(address), `${address} of ${block}`);
  }
});

test("what the registries call reachable is routable, but for the protocol blocks we refuse on purpose", () => {
  for (const [block, reachable] of [...registryIPv4, ...registryIPv6]) {
    const [network = ""] = block.split("/");
    if (!reachable || network === "64:ff9b::") continue;
    assert.equal(isGloballyRoutable(network), !refusedOnPurpose.includes(network), block);
  }
});

test("just outside every refused IPv4 block, addresses are public again", () => {
  const neighbours = [
    "1.0.0.0",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "168.63.129.15",
    "168.63.129.17",
  ];
  for (const address of neighbours) assert.equal(isGloballyRoutable(address), true, address);
});

test("all IPv4 addresses, sampled one in each /16 and at both ends, agree with a second reading of the registry", () => {
  const blocks = registryIPv4.map(([block, reachable]) => ({ ...rangeOf(block), reachable }));
  for (let high = 0; high < 0x1_0000; high += 1)
    for (const low of [0, 1, 0x1010, 0xffff]) {
      const value = high * 0x1_0000 + low;
      const text = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
      if (refusedOnPurpose.includes(text)) continue;
      assert.equal(isGloballyRoutable(text), isPublicByRegistry(value, blocks), text);
    }
});

/** Every form that carries an IPv4 address, around one that is private and one that is public. */
const carriers: [form: string, make: (dotted: string) => string, publicIsPublic: boolean][] = [
  ["IPv4 itself", (dotted) => dotted, true],
  ["IPv4-mapped", (dotted) => `::ffff:${dotted}`, true],
  ["IPv4-mapped, in hexadecimal", (dotted) => `::ffff:${hexOf(dotted)}`, true],
  ["IPv4-mapped, written out", (dotted) => `0000:0000:0000:0000:0000:ffff:${hexOf(dotted)}`, true],
  ["NAT64, well known prefix", (dotted) => `64:ff9b::${dotted}`, true],
  ["ISATAP in a public prefix", (dotted) => `2606:4700::5efe:${dotted}`, true],
  ["ISATAP of a global address", (dotted) => `2606:4700::200:5efe:${dotted}`, true],
  ["IPv4-compatible", (dotted) => `::${dotted}`, false],
  ["IPv4-compatible, in hexadecimal", (dotted) => `::${hexOf(dotted)}`, false],
  ["IPv4-translated", (dotted) => `::ffff:0:${dotted}`, false],
  ["NAT64, local prefix", (dotted) => `64:ff9b:1::${dotted}`, false],
  ["6to4", (dotted) => `2002:${hexOf(dotted)}::1`, false],
  ["Teredo server", (dotted) => `2001:0:${hexOf(dotted)}:0:0:0:0`, false],
  ["Teredo client", (dotted) => `2001:0:808:808:0:ffff:${invertedHexOf(dotted)}`, false],
];

const privateIPv4 = [
  "127.0.0.1",
  "127.1.2.3",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "100.100.100.200",
  "192.0.0.192",
  "168.63.129.16",
  "0.0.0.0",
  "0.1.2.3",
  "224.0.0.251",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
  "198.18.0.1",
  "192.0.2.1",
  "203.0.113.7",
];

test("no form of IPv6 leads to a private IPv4 address", () => {
  for (const [form, make] of carriers)
    for (const dotted of privateIPv4) {
      assert.ok(parseAddress(make(dotted)), `${form}: ${make(dotted)} is an address`);
      assert.equal(isGloballyRoutable(make(dotted)), false, `${form}: ${make(dotted)}`);
    }
});

test("forms in use lead to public IPv4 addresses, withdrawn ones lead nowhere", () => {
  for (const [form, make, publicIsPublic] of carriers)
    for (const dotted of ["8.8.8.8", "93.184.216.34"])
      assert.equal(isGloballyRoutable(make(dotted)), publicIsPublic, `${form}: ${make(dotted)}`);
});

test("IPv6 is public inside 2000::/3 only", () => {
  const notPublic = [
    "::",
    "::1",
    "::2",
    "1::1",
    "100::1",
    "200::1",
    "400::1",
    "1fff:ffff::1",
    "4000::1",
    "5f00::1",
    "6000::1",
    "8000::1",
    "a000::1",
    "c000::1",
    "e000::1",
    "f000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fdff::1",
    "fe00::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "feff::1",
    "ff02::1",
    "ff0e::1",
    "2001:db8::1",
    "2001:2::1",
    "2001:10::1",
    "2002::1",
    "3fff:fff::1",
  ];
  const isPublic = [
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001::1",
    "2400:cb00::1",
    "2001:200::1",
    "2003::1",
    "3fff:1000::1",
    "2001:db7:ffff::1",
    "2001:db9::1",
  ];
  for (const address of notPublic) assert.equal(isGloballyRoutable(address), false, address);
  for (const address of isPublic) assert.equal(isGloballyRoutable(address), true, address);
});

test("what cannot be parsed is not routable", () => {
  for (const text of [
    "",
    "localhost",
    "8.8.8",
    "0x8.8.8.8",
    "2606:4700:4700::1111%eth0",
    "8.8.8.8/32",
    "[2606:4700:4700::1111]",
  ])
    assert.equal(isGloballyRoutable(text), false, text);
});

interface Range {
  first: number;
  last: number;
  reachable: boolean;
}

/** Longest prefix wins; multicast is in a registry of its own, and one address belongs to a cloud. */
function isPublicByRegistry(value: number, blocks: readonly Range[]): boolean {
  if (value >= 0xe000_0000 || value === 0xa83f_8110) return false;
  const around = blocks.filter(({ first, last }) => first <= value && value <= last);
  around.sort((one, other) => one.last - one.first - (other.last - other.first));
  return around[0]?.reachable ?? true;
}

function rangeOf(block: string): { first: number; last: number } {
  const [network = "", length = "32"] = block.split("/");
  const first = network.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first, last: first + 2 ** (32 - Number(length)) - 1 };
}

/** The last address of a block, by arithmetic on one big number. */
function lastOf(block: string): string {
  const [network = "", length = ""] = block.split("/");
  const { family, bytes } = parseAddress(network)!;
  const bits = bytes.length * 8;
  const first = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  const last = first | ((1n << BigInt(bits - Number(length))) - 1n);
  const hex = last.toString(16).padStart(bits / 4, "0");
  return formatAddress({ family, bytes: [...Buffer.from(hex, "hex")] });
}

/** `::ffff:0:0/96` is not reachable as such, yet its addresses are IPv4 addresses and judged as those. */
function mappedAndPublic(address: string): boolean {
  const dotted = /^(?:0:){5}ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address);
  return dotted !== null && isGloballyRoutable(parseIPv4OfGroups(dotted[1]!, dotted[2]!));
}

function parseIPv4OfGroups(high: string, low: string): string {
  const value = Number.parseInt(high, 16) * 0x1_0000 + Number.parseInt(low, 16);
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
}

function hexOf(dotted: string): string {
  const hex = Buffer.from(dotted.split(".").map(Number)).toString("hex");
  return `${hex.slice(0, 4)}:${hex.slice(4)}`;
}

function invertedHexOf(dotted: string): string {
  return hexOf(
    dotted
      .split(".")
      .map((part) => 255 - Number(part))
      .join("."),
  );
}
