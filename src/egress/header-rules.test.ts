import assert from "node:assert/strict";
import { test } from "node:test";
import { bearerTokenOf, requestHeaders, responseHeaders } from "./header-rules.ts";

test("headers of one connection are left out, in every spelling, and so are those that Connection names", () => {
  const raw = [
    "HOST",
    "old",
    "CONNECTION",
    "close, X-Hop",
    "x-hop",
    "1",
    "X-HOP",
    "2",
    "Connection",
    "X-Other",
    "x-other",
    "3",
    "TE",
    "trailers",
    "Trailer",
    "x",
    "Transfer-Encoding",
    "chunked",
    "Upgrade",
    "h2c",
    "Keep-Alive",
    "1",
    "Proxy-Authorization",
    "Bearer x",
    "Proxy-Connection",
    "x",
    "Expect",
    "100-continue",
    "Accept",
    "*/*",
    "Cookie",
    "a",
    "Cookie",
    "b",
  ];
  assert.deepEqual(requestHeaders(raw, "new:80"), [
    "Host",
    "new:80",
    "Accept",
    "*/*",
    "Cookie",
    "a",
    "Cookie",
    "b",
  ]);
});

test("a body keeps its length although Connection names it", () => {
  const raw = ["Connection", "content-length", "Content-Length", "5"];
  assert.deepEqual(requestHeaders(raw, "x"), ["Host", "x", "Content-Length", "5"]);
});

test("an origin's answer loses what only the proxy may say", () => {
  const raw = [
    "X-Stills-Reason",
    "Captured",
    "x-stills-anything",
    "1",
    "Proxy-Authenticate",
    "Basic",
    "Set-Cookie",
    "a",
    "Set-Cookie",
    "b",
    "Content-Length",
    "1",
  ];
  assert.deepEqual(responseHeaders(raw), [
    "Set-Cookie",
    "a",
    "Set-Cookie",
    "b",
    "Content-Length",
    "1",
  ]);
});

test("a token is taken from the Bearer scheme only", () => {
  assert.equal(bearerTokenOf("Bearer abc.d-e_f"), "abc.d-e_f");
  assert.equal(bearerTokenOf("bearer  abc"), "abc");
  for (const header of [
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Basic abc",
    "abc",
    "Bearer a b",
    "Bearer a,b",
    "Bearer a\tb",
  ])
    assert.equal(bearerTokenOf(header), "", String(header));
});
