import assert from "node:assert/strict";
import { test } from "node:test";
import { browserFlags } from "./browser-flags.ts";

const options = { profileFolder: "/profile", sandboxed: true, sharedMemory: true };

test("no flag weakens the sandbox, the isolation of sites or the proxy", () => {
  const flags = browserFlags(options);

  for (const weak of [
    /^--no-sandbox/,
    /^--disable-setuid-sandbox/,
    /^--single-process/,
    /^--no-zygote/,
    /^--disable-web-security/,
    /isolat|site-per-process/i,
    /^--remote-debugging-port/,
  ])
    assert.deepEqual(
      flags.filter((flag) => weak.test(flag)),
      [],
    );
  assert.ok(flags.includes("--proxy-bypass-list=<-loopback>"));
  assert.ok(flags.includes("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"));
});

test("the sandbox is disabled only if that is configured", () => {
  assert.ok(browserFlags({ ...options, sandboxed: false }).includes("--no-sandbox"));
});

test("without enough shared memory pictures go through files", () => {
  assert.ok(browserFlags({ ...options, sharedMemory: false }).includes("--disable-dev-shm-usage"));
});
