import assert from "node:assert/strict";
import { test } from "node:test";
import { targetName, targetNameOfAuthority } from "./target-name.ts";

test("a target has one name, with and without TLS, whatever its letters' case", () => {
  assert.equal(targetName("http://Example.COM/a?b"), "example.com:80");
  assert.equal(targetName("wss://example.com/socket"), "example.com:443");
  assert.equal(targetName("https://[2001:db8::1]:8443/"), "[2001:db8::1]:8443");
  assert.equal(targetName("ftp://example.com/"), undefined);
  assert.equal(targetName("/path"), undefined);
});

test("host and port name a target", () => {
  assert.equal(targetNameOfAuthority("Example.com:80"), "example.com:80");
  assert.equal(targetNameOfAuthority("example.com:443"), "example.com:443");
  assert.equal(targetNameOfAuthority("[2001:DB8:0::1]:80"), "[2001:db8::1]:80");
  assert.equal(targetNameOfAuthority(""), undefined);
});
