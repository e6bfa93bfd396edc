import assert from "node:assert/strict";
import { test } from "node:test";
import {
  mayVisitAddress,
  parseTargetEntries,
  parseTargetEntry,
  problemOfTargetEntry,
} from "./address-policy.ts";

const publicTargetsOnly = { allow: [], deny: [] };

/** Entry, and addresses with port that it allows or does not allow. */
const entries: [entry: string, allows: [string, number][], refuses: [string, number][]][] = [
  [
    "127.0.0.0/8",
    [
      ["127.0.0.1", 80],
      ["127.255.0.1", 9999],
      ["::ffff:127.0.0.1", 80],
    ],
    [
      ["10.0.0.1", 80],
      ["::1", 80],
      ["::127.0.0.1", 80],
    ],
  ],
  ["127.0.53.1", [["127.0.53.1", 1]], [["127.0.53.2", 1]]],
  [
    "127.0.53.1:8080",
    [["127.0.53.1", 8080]],
    [
      ["127.0.53.1", 8081],
      ["127.0.53.1", 80],
    ],
  ],
  [
    "10.0.0.0/8:443",
    [["10.9.9.9", 443]],
    [
      ["10.9.9.9", 80],
      ["192.168.0.1", 443],
    ],
  ],
  ["fd00::/8", [["fd12::1", 80]], [["fc00::1", 80]]],
  ["::1", [["::1", 3000]], [["127.0.0.1", 3000]]],
  ["[::1]", [["::1", 3000]], []],
  ["[::1]:3000", [["::1", 3000]], [["::1", 3001]]],
  ["[fd00::/8]:8443", [["fd00::7", 8443]], [["fd00::7", 443]]],
  ["[fd00::]/8:8443", [["fd00::7", 8443]], [["fd00::7", 443]]],
  ["[fd00::]/8", [["fd00::7", 1]], []],
  ["::ffff:10.0.0.0/104", [["10.1.1.1", 80]], [["192.168.1.1", 80]]],
  ["64:ff9b::a00:0/104", [["64:ff9b::10.1.2.3", 80]], [["10.1.2.3", 80]]],
];

test("an entry allows the addresses and ports it names and no other", () => {
  for (const [entry, allowed, refused] of entries) {
    const rules = { allow: parseTargetEntries([entry]), deny: [] };
    assert.equal(problemOfTargetEntry(entry), undefined, entry);
    for (const [address, port] of allowed)
      assert.equal(
        mayVisitAddress(address, port, rules),
        true,
        `${entry} allows ${address} ${port}`,
      );
    for (const [address, port] of refused)
      assert.equal(
        mayVisitAddress(address, port, rules),
        false,
        `${entry} refuses ${address} ${port}`,
      );
  }
});

test("an entry that could be misread is refused with a sentence", () => {
  const wrong = [
    "",
    "localhost",
    "10.0.0.1/8",
    "10.0.0.0/8:0",
    "10.0.0.0/8:65536",
    "10.0.0.0/8:http",
    "10.0.0.0/8:",
    "fd00::/8:443",
    "[fd00::/8",
    "fd00::/8]",
    "[[::1]]",
    "[]:80",
    "10.0.0.0-10.0.0.9",
    "*",
    "10.*",
    "http://10.0.0.1",
    "10.0.0.0/8 443",
  ];
  for (const entry of wrong) {
    assert.equal(parseTargetEntry(entry), undefined, entry);
    assert.match(
      problemOfTargetEntry(entry) ?? "",
      /an address block such as 10\.0\.0\.0\/8/,
      entry,
    );
    assert.throws(() => parseTargetEntries([entry]), TypeError, entry);
  }
});

test("without entries only public addresses may be visited, on every port", () => {
  assert.equal(mayVisitAddress("8.8.8.8", 8080, publicTargetsOnly), true);
  assert.equal(mayVisitAddress("2606:4700::1", 443, publicTargetsOnly), true);
  for (const address of ["127.0.0.1", "10.0.0.1", "::1", "fd00::1", "example.com", ""])
    assert.equal(mayVisitAddress(address, 80, publicTargetsOnly), false, address);
});

test("what is denied stays denied, public or allowed", () => {
  const rules = {
    allow: parseTargetEntries(["10.0.0.0/8"]),
    deny: parseTargetEntries(["10.1.0.0/16", "8.8.8.0/24", "9.9.9.9:53"]),
  };
  assert.equal(mayVisitAddress("10.2.0.1", 80, rules), true);
  assert.equal(mayVisitAddress("10.1.0.1", 80, rules), false);
  assert.equal(mayVisitAddress("8.8.8.8", 443, rules), false);
  assert.equal(mayVisitAddress("::ffff:8.8.8.8", 443, rules), false);
  assert.equal(mayVisitAddress("9.9.9.9", 53, rules), false);
  assert.equal(mayVisitAddress("9.9.9.9", 443, rules), true);
});
