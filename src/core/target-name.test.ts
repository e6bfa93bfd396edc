import assert from "node:assert/strict";
import { test } from "node:test";
import { targetName, targetNameOfRequest } from "./target-name.ts";

test("a target has one name, with and without TLS, whatever its letters' case", () => {
  assert.equal(targetName("http://Example.COM/a?b"), "example.com:80");
  assert.equal(targetName("wss://example.com/socket"), "example.com:443");
  assert.equal(targetName("https://[2001:db8::1]:8443/"), "[2001:db8::1]:8443");
  assert.equal(targetName("ftp://example.com/"), undefined);
  assert.equal(targetName("/path"), undefined);
});

test("a request line names its target", () => {
  assert.equal(targetNameOfRequest("GET", "http://example.com:80/x"), "example.com:80");
  assert.equal(targetNameOfRequest("CONNECT", "example.com:443"), "example.com:443");
  assert.equal(targetNameOfRequest("CONNECT", ""), undefined);
});
