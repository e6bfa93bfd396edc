import { BlockList, SocketAddress } from "node:net";
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, isInBlock, parseAddress, parseBlock, unmapped } from "./address.ts";
import type { Address } from "./address.ts";

const forms: [text: string, hex: string][] = [
  ["0.0.0.0", "00000000"],
  ["255.255.255.255", "ffffffff"],
  ["10.1.2.3", "0a010203"],
  ["::", "00000000000000000000000000000000"],
  ["::1", "00000000000000000000000000000001"],
  ["1::", "00010000000000000000000000000000"],
  ["fe80::1:2", "fe800000000000000000000000010002"],
  ["2001:DB8::abcd:0:0", "20010db8000000000000abcd00000000"],
  ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
  ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
  ["::2:3:4:5:6:7:8", "00000002000300040005000600070008"],
  ["::ffff:127.0.0.1", "00000000000000000000ffff7f000001"],
  ["::127.0.0.1", "0000000000000000000000007f000001"],
  ["64:ff9b::10.0.0.1", "0064ff9b00000000000000000a000001"],
  ["1:2:3:4:5:6:7.8.9.10", "0001000200030004000500060708090a"],
];

test("every way to write an address gives its bytes", () => {
  for (const [text, hex] of forms) {
    const address = parseAddress(text);
    assert.ok(address, text);
    assert.equal(Buffer.from(address.bytes).toString("hex"), hex, text);
  }
});

test("what is no address is undefined", () => {
  const texts = [
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "0x7f.0.0.1",
    "2130706433",
    "1.2.3.256",
  ];
  const texts6 = [
    ":",
    ":::",
    "1:2",
    "12345::",
    "::g",
    "[::1]",
    "::1%lo",
    "fe80::1%25eth0",
    "::1/128",
    " ::1",
  ];
  for (const text of [...texts, ...texts6]) assert.equal(parseAddress(text), undefined, text);
});

test("a formatted address is the same address, also to the system's own parser", () => {
  const random = randomNumbers(1);
  for (let round = 0; round < 500; round += 1) {
    const address = randomAddress(random);
    const text = formatAddress(address);
    assert.deepEqual(parseAddress(text), address);
    const family = address.family === 4 ? "ipv4" : "ipv6";
    // The system abbreviates; what it makes of our text must still be the same bytes.
    assert.deepEqual(parseAddress(new SocketAddress({ address: text, family }).address), address);
  }
});

test("blocks contain what net.BlockList says they contain", () => {
  const random = randomNumbers(2);
  for (let round = 0; round < 2000; round += 1) {
    const network = randomAddress(random);
    const bits = network.bytes.length * 8;
    const prefixLength = Math.floor(random() * (bits + 1));
    const block = { network: masked(network, prefixLength), prefixLength };
    const near = flippedBit(network, Math.floor(random() * bits));
    const family = network.family === 4 ? "ipv4" : "ipv6";
    const list = new BlockList();
    list.addSubnet(formatAddress(block.network), prefixLength, family);
    for (const address of [network, near])
      assert.equal(
        isInBlock(address, block),
        list.check(formatAddress(address), family),
        `${formatAddress(address)} in ${formatAddress(block.network)}/${prefixLength}`,
      );
  }
});

test("a block never contains an address of the other family", () => {
  const everyIPv4 = parseBlock("0.0.0.0/0")!;
  const everyIPv6 = parseBlock("::/0")!;
  assert.equal(isInBlock(parseAddress("::")!, everyIPv4), false);
  assert.equal(isInBlock(parseAddress("0.0.0.0")!, everyIPv6), false);
});

test("blocks are parsed strictly", () => {
  assert.deepEqual(parseBlock("10.0.0.0/8"), {
    network: parseAddress("10.0.0.0"),
    prefixLength: 8,
  });
  assert.deepEqual(parseBlock("10.1.2.3"), { network: parseAddress("10.1.2.3"), prefixLength: 32 });
  assert.equal(parseBlock("fd00::1")?.prefixLength, 128);
  const wrong = [
    "10.0.0.1/8",
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "10.0.0.0/ 8",
    "x/8",
    "fd00::1/64",
    "",
  ];
  for (const text of wrong) assert.equal(parseBlock(text), undefined, text);
});

test("only an IPv4-mapped address becomes the IPv4 one", () => {
  assert.deepEqual(unmapped(parseAddress("::ffff:7f00:1")!), parseAddress("127.0.0.1"));
  for (const text of ["::127.0.0.1", "64:ff9b::7f00:1", "::fffe:7f00:1", "127.0.0.1"])
    assert.deepEqual(unmapped(parseAddress(text)!), parseAddress(text), text);
});

/** Linear congruential generator (Numerical Recipes): the same numbers in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomAddress(random: () => number): Address {
  const family = random() < 0.5 ? 4 : 6;
  // Many zero bytes, so that abbreviated forms are among them.
  const bytes = Array.from({ length: family === 4 ? 4 : 16 }, () =>
    random() < 0.4 ? 0 : Math.floor(random() * 256),
  );
  return { family, bytes };
}

function masked(address: Address, prefixLength: number): Address {
  const bytes = address.bytes.map((byte, at) => {
    const kept = Math.min(8, Math.max(0, prefixLength - at * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return { family: address.family, bytes };
}

function flippedBit(address: Address, bit: number): Address {
  const bytes = [...address.bytes];
  bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
  return { family: address.family, bytes };
}
