import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAuthorityTarget } from "./request-target.ts";

test("the host is as it is looked up, the port its own, also where it is the one http would have", () => {
  for (const [authority, host, port] of [
    ["example.com:80", "example.com", 80],
    ["example.com:443", "example.com", 443],
    ["Example.COM.:8080", "example.com", 8080],
    ["[::1]:8443", "::1", 8443],
    ["[::FFFF:7f00:1]:81", "::ffff:7f00:1", 81],
    ["0x7f.1:80", "127.0.0.1", 80],
    ["2130706433:80", "127.0.0.1", 80],
    ["b%C3%BCcher.example:80", "xn--bcher-kva.example", 80],
  ] as const)
    assert.deepEqual(parseAuthorityTarget(authority), { host, port }, authority);
});

test("what could be read in two ways is refused", () => {
  for (const authority of [
    "",
    "/",
    "example.com",
    "example.com:",
    ":80",
    "example.com:99999",
    "http://example.com:80",
    "http://example.com/",
    "u@example.com:80",
    "u:p@example.com:80",
    "example.com:80/",
    "example.com:80?x",
    "example.com:80#x",
    "::1:80",
    "[::1]",
    "[::1%25lo]:80",
    "1.2.3.256:80",
    "a.example\\b:80",
    "a.example\\@b.example:80",
    "a.example%00:80",
    "a b:80",
    "a..b..:80",
  ])
    assert.throws(() => parseAuthorityTarget(authority), { reason: "TargetNotAllowed" }, authority);
});
