import assert from "node:assert/strict";
import { test } from "node:test";
import { trustedOrigins } from "./trusted-origins.ts";

test("a URL's headers go to its origin, and for http also to https of the same host", () => {
  assert.deepEqual(trustedOrigins("https://Example.com/a?b"), ["https://example.com"]);
  assert.deepEqual(trustedOrigins("http://example.com:80/a"), [
    "http://example.com",
    "https://example.com",
  ]);
  assert.deepEqual(trustedOrigins("http://example.com:8080/"), ["http://example.com:8080"]);
  assert.deepEqual(trustedOrigins("http://[::1]/"), ["http://[::1]", "https://[::1]"]);
});
