import assert from "node:assert/strict";
import { test } from "node:test";
import { explainLaunchFailure } from "./launch-failure.ts";

const ended = new Error("Chromium ended (SIGTRAP)");

test("a sandbox that cannot be used is explained with the three ways out", () => {
  const said =
    "[1:1:FATAL:content/browser/zygote_host/zygote_host_impl_linux.cc:132] No usable sandbox! If you are running on Ubuntu 23.10+";

  const { reason, message, cause } = explainLaunchFailure("/usr/bin/chromium", said, ended);

  assert.match(message, /seccomp profile.*apparmor_restrict.*STILLS_BROWSER_SANDBOX=Disabled/);
  assert.match(message, /No usable sandbox!/);
  assert.equal(reason, "SandboxUnavailable");
  assert.equal(cause, ended);
});

test("a missing library is reported", () => {
  const said =
    "chromium: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory";

  const { message } = explainLaunchFailure("/usr/bin/chromium", said, ended);

  assert.match(message, /lacks a system library.*libnss3\.so/);
});

test("complaints that Chromium writes in every container are dropped", () => {
  const said = "[1:1:ERROR:dbus/bus.cc:405] Failed to connect: No such file or directory\n";

  const { message } = explainLaunchFailure("/usr/bin/chromium", said, ended);

  assert.equal(message, "Chromium did not start (/usr/bin/chromium: Chromium ended (SIGTRAP))");
});
