import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAbsoluteTarget, parseAuthorityTarget } from "./request-target.ts";

test("the path is passed on exactly as it came, the host as it is looked up", () => {
  const rows: [url: string, host: string, port: number, path: string][] = [
    ["http://example.com", "example.com", 80, "/"],
    ["http://example.com?q", "example.com", 80, "/?q"],
    ["HTTP://Example.COM.:8080/a/../b//%7e?x=1#f", "example.com", 8080, "/a/../b//%7e?x=1"],
    ["http://0x7f.1/", "127.0.0.1", 80, "/"],
    ["http://[::FFFF:7f00:1]:81/x", "::ffff:7f00:1", 81, "/x"],
    ["http://b%C3%BCcher.example/", "xn--bcher-kva.example", 80, "/"],
    ["http://example.com/http://other.example/", "example.com", 80, "/http://other.example/"],
    ["http://example.com/@other.example/", "example.com", 80, "/@other.example/"],
  ];
  for (const [url, host, port, path] of rows) {
    const target = parseAbsoluteTarget(url);
    assert.deepEqual([target.host, target.port, target.path], [host, port, path], url);
  }
});

test("the Host header is the authority of the request line, without the scheme's own port", () => {
  assert.equal(parseAbsoluteTarget("http://Example.com:80/").authority, "example.com");
  assert.equal(parseAbsoluteTarget("http://[::1]:81/").authority, "[::1]:81");
});

test("what could be read in two ways is refused", () => {
  for (const url of [
    "",
    "/",
    "example.com",
    "https://example.com/",
    "http:/example.com/",
    "http://",
    "http:///a",
    "http://u@example.com/",
    "http://a.example\\@b.example/",
    "http://a.example/\\b",
    "http://a.example:99999/",
    "http://1.2.3.256/",
    "http://[::1%25lo]/",
    "http://a b/",
    "http://a..b../",
  ])
    assert.throws(() => parseAbsoluteTarget(url), { reason: "TargetNotAllowed" }, url);
  for (const authority of [
    "",
    "example.com",
    "example.com:",
    ":80",
    "example.com:99999",
    "u@example.com:80",
    "example.com:80/",
    "example.com:80?x",
    "::1:80",
    "[::1]",
    "[::1%25lo]:80",
    "a.example\\b:80",
    "a b:80",
  ])
    assert.throws(() => parseAuthorityTarget(authority), { reason: "TargetNotAllowed" }, authority);
});

test("a tunnel's port is its own, also where it is the one http would have", () => {
  for (const [authority, host, port] of [
    ["example.com:80", "example.com", 80],
    ["example.com:443", "example.com", 443],
    ["[::1]:8443", "::1", 8443],
    ["2130706433:80", "127.0.0.1", 80],
  ] as const) {
    const target = parseAuthorityTarget(authority);
    assert.deepEqual([target.host, target.port], [host, port], authority);
  }
});
