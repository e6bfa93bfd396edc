import assert from "node:assert/strict";
import { test } from "node:test";
import { localeOf, parseHeader } from "./header-option.ts";

test("a header is read with or without a blank after its colon", () => {
  for (const text of ["X-Tenant:seven", "X-Tenant: seven", "X-Tenant:  seven "])
    assert.deepEqual(parseHeader(text), { value: { name: "X-Tenant", value: "seven" } });
  assert.deepEqual(parseHeader("Referer: https://a.example/?b:c"), {
    value: { name: "Referer", value: "https://a.example/?b:c" },
  });
  assert.deepEqual(parseHeader("X-Empty:"), { value: { name: "X-Empty", value: "" } });
});

test("what is no header, or none of the caller's, is refused without being repeated", () => {
  const cases: Record<string, RegExp> = {
    geheim: /Name: value/,
    ": geheim": /Name: value/,
    "X Y: geheim": /Name: value/,
    "X-A: geheim\r\nX-B: 1": /visible ASCII/,
    "X-A: gehéim": /visible ASCII/,
    "Host: geheim": /only the browser/,
    "content-length: 1": /only the browser/,
    "Proxy-Authorization: geheim": /only the browser/,
    "Sec-Fetch-Site: geheim": /only the browser/,
    "Cookie: a=geheim": /use "cookies"/,
  };
  for (const [text, sentence] of Object.entries(cases)) {
    const parsed = parseHeader(text);
    assert.ok("problem" in parsed, text);
    assert.match(parsed.problem, sentence);
    assert.doesNotMatch(parsed.problem, /geh/);
  }
});

test("the locale is the first language", () => {
  assert.equal(localeOf("de-DE,de;q=0.9,en;q=0.8"), "de-DE");
  assert.equal(localeOf("fr;q=0.9"), "fr");
  assert.equal(localeOf("*"), undefined);
  assert.equal(localeOf(""), undefined);
});
