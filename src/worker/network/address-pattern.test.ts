import assert from "node:assert/strict";
import { test } from "node:test";
import { AddressPattern } from "./address-pattern.ts";

const cases: [pattern: string, matching: string[], others: string[]][] = [
  [
    "example.com",
    ["https://example.com/", "http://cdn.example.com/a?b", "https://EXAMPLE.com:8443/"],
    ["https://example.org/?u=example.com", "https://notexample.com/", "wss://example.com/"],
  ],
  ["127.0.0.1:8080", ["http://127.0.0.1:8080/a"], ["http://127.0.0.1:8081/a", "http://127.0.0.1/"]],
  [
    "https://example.com/a",
    ["https://example.com/a"],
    ["https://example.com/a/b", "http://example.com/a"],
  ],
  ["https://example.com", ["https://example.com/"], ["https://example.com/a"]],
  [
    "example.com/ads/*",
    ["https://example.com/ads/1.js", "http://example.com/ads/"],
    ["https://a.example.com/ads/1.js"],
  ],
  ["*.png", ["https://a.test/b/c.png"], ["https://a.test/c.png?x", "https://a.test/png"]],
  ["*?ads=*", ["https://a.test/x?ads=1"], ["https://a.test/xyads=1"]],
  ["*a*b*c*", ["http://host/a-b-c"], ["http://host/c-b-a"]],
];

for (const [text, matching, others] of cases)
  test(`${text} means what it should`, () => {
    const pattern = new AddressPattern(text);
    for (const address of matching) assert.equal(pattern.matches(address), true, address);
    for (const address of others) assert.equal(pattern.matches(address), false, address);
  });

test("many wildcards do not make matching slow", () => {
  const pattern = new AddressPattern(`${"*a".repeat(200)}*b`);
  assert.equal(pattern.matches(`http://host/${"a".repeat(4000)}`), false);
});

test("characters that are wildcards only for Chromium are escaped", () => {
  assert.equal(new AddressPattern("*/a?b").chromiumPattern, String.raw`**/a\?b*`);
});
