import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCookie } from "./cookie-option.ts";

test("a cookie is read like a Set-Cookie header", () => {
  assert.deepEqual(parseCookie("session=a=b"), { value: { name: "session", value: "a=b" } });
  assert.deepEqual(
    parseCookie(
      " id = 1 ; Domain=.Example.com; path=/shop; SECURE; HttpOnly; SameSite=none; Expires=Wed, 01 Jan 2031 00:00:00 GMT;",
    ),
    {
      value: {
        ...{ name: "id", value: "1", domain: "example.com", path: "/shop", secure: true },
        ...{ httpOnly: true, sameSite: "None", expiresSeconds: 1_924_992_000 },
      },
    },
  );
  assert.deepEqual(parseCookie("a="), { value: { name: "a", value: "" } });
  assert.deepEqual(parseCookie("a=1; Max-Age=60; Priority=High; Partitioned"), {
    value: { name: "a", value: "1" },
  });
});

test("a cookie to be forgotten at once is none", () => {
  assert.deepEqual(parseCookie("a=1; Max-Age=0"), { value: undefined });
  assert.deepEqual(parseCookie("a=1; Max-Age=-1"), { value: undefined });
});

test("what browsers would drop without a word is said, and the value never repeated", () => {
  const cases: Record<string, RegExp> = {
    "": /name=value/,
    geheim: /name=value/,
    "=geheim": /name=value/,
    "a b=geheim": /name=value/,
    "a=geheim\u0000": /control/,
    "a=geheim\nb": /control/,
    "a=geheim; Domian=x": /attribute other than domain, path/,
    "a=geheim; Domain=not a host": /Domain/,
    "a=geheim; Path=shop": /Path/,
    "a=geheim; SameSite=Sometimes": /SameSite/,
    "a=geheim; SameSite=None": /needs Secure/,
    "a=geheim; Expires=tomorrow": /Expires/,
    "a=geheim; Max-Age=soon": /Max-Age/,
    "__Secure-a=geheim": /needs Secure/,
    "__Host-a=geheim; Secure; Path=/; Domain=example.com": /no Domain/,
    "a=geheim; __proto__=x": /attribute other than/,
  };
  for (const [text, sentence] of Object.entries(cases)) {
    const parsed = parseCookie(text);
    assert.ok("problem" in parsed, text);
    assert.match(parsed.problem, sentence);
    assert.doesNotMatch(parsed.problem, /geheim/);
  }
});
