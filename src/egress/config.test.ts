import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { mayVisitAddress } from "../core/targets/address-policy.ts";
import { EnvReader, SettingsInvalid } from "../platform/process/env.ts";
import { readEgressConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "stills-egress-config-"));
const keyFile = join(folder, "key");
writeFileSync(keyFile, "a key that is long enough\n");
after(() => rmSync(folder, { recursive: true }));

test("with nothing but the key, only public addresses may be visited and only over https where that is demanded", () => {
  const { proxy } = readEgressConfig(new EnvReader({ STILLS_PROXY_KEY_FILE: keyFile }));
  assert.equal(proxy.tokenKey, "a key that is long enough");
  assert.deepEqual([proxy.host, proxy.port], ["0.0.0.0", 3128]);
  assert.deepEqual(proxy.rules, { allow: [], deny: [], clusterDomain: "cluster.local" });
  assert.deepEqual([proxy.webhookAllowsHTTP, proxy.storageAllowsHTTP], [false, false]);
  assert.equal(proxy.store, undefined);
  assert.deepEqual(proxy.dnsServers, []);
});

test("every setting is read", () => {
  const { proxy, probes } = readEgressConfig(
    new EnvReader({
      STILLS_PROXY_KEY_FILE: keyFile,
      STILLS_EGRESS_HOST: "127.0.0.1",
      STILLS_EGRESS_PORT: "0",
      STILLS_EGRESS_ALLOW_CIDRS: "10.0.0.0/8, [fd00::/8]:8080",
      STILLS_EGRESS_DENY_CIDRS: "10.1.0.0/16",
      STILLS_CLUSTER_DOMAIN: "k8s.example.com",
      STILLS_EGRESS_DNS_SERVERS: "10.0.0.10,127.0.0.1:5353,[::1]:53,fd00::10",
      STILLS_STORE_ENDPOINT: "https://S3.example.com/",
      STILLS_WEBHOOK_ALLOW_HTTP: "true",
      STILLS_STORAGE_ALLOW_HTTP: "true",
      STILLS_EGRESS_MAX_CONNECTIONS: "7",
      STILLS_EGRESS_CONNECT_TIMEOUT_SECONDS: "1",
      STILLS_EGRESS_IDLE_TIMEOUT_SECONDS: "3",
      STILLS_EGRESS_LEAVE_SECONDS: "0",
      STILLS_EGRESS_DRAIN_TIMEOUT_SECONDS: "4",
      STILLS_METRICS_PORT: "0",
    }),
  );
  assert.equal(mayVisitAddress("10.2.0.1", 80, proxy.rules), true);
  assert.equal(mayVisitAddress("10.1.0.1", 80, proxy.rules), false);
  assert.equal(mayVisitAddress("fd00::1", 8080, proxy.rules), true);
  assert.equal(mayVisitAddress("fd00::1", 80, proxy.rules), false);
  assert.equal(proxy.rules.clusterDomain, "k8s.example.com");
  assert.deepEqual(proxy.dnsServers, ["10.0.0.10", "127.0.0.1:5353", "[::1]:53", "fd00::10"]);
  assert.deepEqual(proxy.store, { host: "s3.example.com", port: 443 });
  assert.deepEqual([proxy.webhookAllowsHTTP, proxy.storageAllowsHTTP], [true, true]);
  assert.deepEqual(proxy.limits, {
    maxConnections: 7,
    connectTimeoutSeconds: 1,
    idleTimeoutSeconds: 3,
    leaveSeconds: 0,
    drainTimeoutSeconds: 4,
  });
  assert.equal(probes.port, 0);
});

test("all mistakes are named at once, each with what is allowed", () => {
  const env = new EnvReader({
    STILLS_EGRESS_PORT: "70000",
    STILLS_EGRESS_ALLOW_CIDRS: "10.0.0.0/8,10.0.0.1/8,localhost",
    STILLS_CLUSTER_DOMAIN: "Cluster.local.",
    STILLS_EGRESS_DNS_SERVERS: "dns.example.com,1.1.1.1:0,[::1,::1:53:x",
    STILLS_STORE_ENDPOINT: "s3.example.com",
    STILLS_WEBHOOK_ALLOW_HTTP: "yes",
  });
  assert.throws(
    () => readEgressConfig(env),
    (thrown) => {
      assert.ok(thrown instanceof SettingsInvalid);
      const count = (name: string) =>
        thrown.problems.filter((text) => text.startsWith(name)).length;
      assert.equal(count("STILLS_PROXY_KEY_FILE"), 1);
      assert.equal(count("STILLS_EGRESS_PORT"), 1);
      assert.equal(count("STILLS_EGRESS_ALLOW_CIDRS"), 2);
      assert.equal(count("STILLS_CLUSTER_DOMAIN"), 1);
      assert.equal(count("STILLS_EGRESS_DNS_SERVERS"), 4);
      assert.equal(count("STILLS_STORE_ENDPOINT"), 1);
      assert.equal(count("STILLS_WEBHOOK_ALLOW_HTTP"), 1);
      assert.match(thrown.message, /bits beyond the prefix must be zero/);
      return true;
    },
  );
});
