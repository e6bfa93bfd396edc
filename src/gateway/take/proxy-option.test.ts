import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesHost } from "../../worker/network/host-pattern.ts";
import { parseProxy } from "./proxy-option.ts";

test("the address of a proxy is taken apart", () => {
  assert.deepEqual(parseProxy("http://proxy.example:8080"), {
    value: { host: "proxy.example", port: 8080 },
  });
  assert.deepEqual(parseProxy("http://u%40a:p%3Aß@[2001:db8::1]/"), {
    value: { host: "2001:db8::1", port: 80, username: "u@a", password: "p:ß" },
  });
  assert.deepEqual(parseProxy("http://token@proxy.example"), {
    value: { host: "proxy.example", port: 80, username: "token", password: "" },
  });
});

test("other addresses are refused without being repeated", () => {
  const cases: Record<string, RegExp> = {
    "https://u:geheim@proxy.example": /such as 'http:/,
    "socks5://u:geheim@proxy.example": /such as 'http:/,
    "u:geheim@proxy.example": /such as 'http:/,
    geheim: /such as 'http:/,
    "http://u:geheim@proxy.example/path": /after the port/,
    "http://u:geheim@proxy.example?x": /after the port/,
    "http://u:geheim%zz@proxy.example": /percent-encoded/,
    "http://u%3A:geheim@proxy.example": /percent-encoded/,
  };
  for (const [text, sentence] of Object.entries(cases)) {
    const parsed = parseProxy(text);
    assert.ok("problem" in parsed, text);
    assert.match(parsed.problem, sentence);
    assert.doesNotMatch(parsed.problem, /geheim/);
  }
});

test("hosts are matched by name, by domain and by pattern", () => {
  const cases: [string, string, boolean][] = [
    ["example.com", "example.com", true],
    ["example.com", "www.example.com", false],
    ["Example.COM", "example.com.", true],
    [".example.com", "www.example.com", true],
    [".example.com", "example.com", false],
    ["*.example.com", "a.b.example.com", true],
    ["*.example.com", "example.com", false],
    ["cdn-*.example.*", "cdn-7.example.org", true],
    ["cdn-*.example.*", "cdn-7.sample.org", false],
    ["a*a", "a", false],
    ["*", "anything", true],
    ["[::1]", "::1", true],
  ];
  for (const [pattern, host, expected] of cases)
    assert.equal(matchesHost([pattern], host), expected, `${pattern} ${host}`);
  assert.equal(matchesHost([], "example.com"), false);
});

test("no pattern takes long", () => {
  assert.equal(matchesHost(["*a".repeat(120)], "b".repeat(250)), false);
});
