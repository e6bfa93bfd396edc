import assert from "node:assert/strict";
import { test } from "node:test";
import { EnvReader } from "../../platform/process/env.ts";
import { readForbiddenAddresses } from "./network-policy-settings.ts";

test("in a pod the API server is among the forbidden addresses", () => {
  const addresses = readForbiddenAddresses(
    new EnvReader({
      STILLS_REQUIRE_NETWORK_POLICY: "true",
      STILLS_FORBIDDEN_ADDRESSES: "192.0.2.1:80, [2001:db8::1]:443",
      KUBERNETES_SERVICE_HOST: "10.96.0.1",
      KUBERNETES_SERVICE_PORT: "443",
    }),
  );
  assert.deepEqual(addresses, [
    { host: "192.0.2.1", port: 80 },
    { host: "2001:db8::1", port: 443 },
    { host: "10.96.0.1", port: 443 },
  ]);
});

test("without the requirement no address is checked", () => {
  const env = new EnvReader({ STILLS_FORBIDDEN_ADDRESSES: "192.0.2.1:80" });
  assert.equal(readForbiddenAddresses(env), undefined);
});

test("addresses without a port, and a requirement without addresses, are refused", () => {
  for (const wrong of ["192.0.2.1", "192.0.2.1:0", "2001:db8::1:443", "[host]:80", "a:65536"]) {
    const env = new EnvReader({ STILLS_FORBIDDEN_ADDRESSES: wrong });
    readForbiddenAddresses(env);
    assert.throws(() => env.throwIfInvalid(), /STILLS_FORBIDDEN_ADDRESSES.*host:port/, wrong);
  }
  const env = new EnvReader({ STILLS_REQUIRE_NETWORK_POLICY: "true" });
  readForbiddenAddresses(env);
  assert.throws(() => env.throwIfInvalid(), /STILLS_REQUIRE_NETWORK_POLICY/);
});
