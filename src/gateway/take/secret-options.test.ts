import assert from "node:assert/strict";
import { test } from "node:test";
import { rawOptionsOfBody, rawOptionsOfQuery } from "./raw-options.ts";
import type { TakeError } from "../../core/take/take-error.ts";
import { parseTakeRequest } from "./take-request.ts";

const url = "https://example.com/";

test("cookies, headers, authorization and proxy are read and stay out of the spec", () => {
  const request = parseTakeRequest(
    rawOptionsOfQuery(
      new URLSearchParams([
        ["url", url],
        ["cookies", "a=geheim; Secure"],
        ["cookies", "b=2"],
        ["headers", "X-Tenant:geheim"],
        ["authorization", "Bearer geheim"],
        ["proxy", "http://u:geheim@proxy.example:8080"],
        ["proxy_bypass_hosts", "*.cdn.example"],
      ]).toString(),
    ),
  );
  assert.deepEqual(request.secrets, {
    cookies: [
      { name: "a", value: "geheim", secure: true },
      { name: "b", value: "2" },
    ],
    headers: [{ name: "X-Tenant", value: "geheim" }],
    authorization: "Bearer geheim",
    proxy: {
      ...{ host: "proxy.example", port: 8080, username: "u", password: "geheim" },
      bypassHosts: ["*.cdn.example"],
    },
  });
  assert.doesNotMatch(JSON.stringify(request.spec), /geheim/);
});

test("language and browser of the headers are those of the page", () => {
  const { spec, secrets } = parseTakeRequest(
    rawOptionsOfBody({
      url,
      user_agent: "Other",
      headers: ["Accept-Language: de-DE,de;q=0.9", "User-Agent: Mine/1"],
    }),
  );
  assert.equal(spec["locale"], "de-DE");
  assert.equal(spec["userAgent"], "Mine/1");
  assert.deepEqual(secrets.headers, [{ name: "Accept-Language", value: "de-DE,de;q=0.9" }]);
  const page = parseTakeRequest(rawOptionsOfBody({ html: "x", headers: ["Accept-Language: fr"] }));
  assert.equal(page.spec["locale"], "fr");
  assert.deepEqual(page.secrets, {});
});

test("what is wrong has its code, names the entry, and repeats nothing", () => {
  const cases: [Record<string, unknown>, string, RegExp][] = [
    [{ url, cookies: ["a=1", "geheim"] }, "invalid_cookie_parameter", /"cookies" entry 2 must/],
    [{ url, headers: "geheim" }, "invalid_header_parameter", /"headers" entry 1 must/],
    [{ url, headers: ["A:1", "a:geheim"] }, "invalid_header_parameter", /entry 2 names the same/],
    [{ url, headers: ["User-Agent: gehäim"] }, "invalid_header_parameter", /visible ASCII/],
    [{ url, authorization: "gehéim" }, "request_not_valid", /"authorization" must/],
    [{ url, proxy: "https://geheim" }, "request_not_valid", /"proxy" must be an address/],
    [
      { url, proxy: "http://a", proxy_bypass_hosts: ["a/geheim"] },
      "request_not_valid",
      /"proxy_bypass_hosts\[0\]" must be a host name/,
    ],
    [
      { url, cookies: Array.from({ length: 20 }, (_, n) => `geheim${n}=${"x".repeat(4000)}`) },
      "request_not_valid",
      /"cookies" must have at most 48000 bytes/,
    ],
    [
      { url, cookies: Array.from({ length: 101 }, () => "geheim=1") },
      "request_not_valid",
      /"cookies" must contain less than or equal to 100 items/,
    ],
    [{ url, cookies: ["geheim"], colour: "red" }, "request_not_valid", /"colour" is not allowed/],
  ];
  for (const [options, code, sentence] of cases)
    assert.throws(
      () => parseTakeRequest(rawOptionsOfBody(options)),
      (thrown: TakeError) =>
        thrown.code === code && sentence.test(thrown.message) && !/geh/.test(thrown.message),
      JSON.stringify(options).slice(0, 200),
    );
});

test("what has nowhere to go without an address is left out, and said", () => {
  const { secrets, warnings } = parseTakeRequest(
    rawOptionsOfBody({
      html: "x",
      cookies: ["a=geheim", "b=1; Domain=example.com"],
      headers: ["A:geheim"],
      authorization: "geheim",
    }),
  );
  assert.deepEqual(secrets, { cookies: [{ name: "b", value: "1", domain: "example.com" }] });
  assert.deepEqual(warnings, [
    'An entry of "cookies" without Domain had no effect without "url"',
    'The entry of "headers" for A had no effect without "url"',
    '"authorization" had no effect without "url"',
  ]);
});

test("a user name and a password in the address become an Authorization that travels sealed", () => {
  const { spec, secrets } = parseTakeRequest(
    rawOptionsOfBody({ url: "https://ann:p%40ss@example.com/a" }),
  );
  assert.equal(spec["url"], "https://example.com/a");
  assert.deepEqual(secrets, { authorization: `Basic ${btoa("ann:p@ss")}` });
  const own = { url: "https://ann:pass@example.com/", authorization: "Bearer own" };
  assert.deepEqual(parseTakeRequest(rawOptionsOfBody(own)).secrets, {
    authorization: "Bearer own",
  });
});
