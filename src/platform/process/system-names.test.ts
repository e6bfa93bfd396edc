import assert from "node:assert/strict";
import { test } from "node:test";
import { addressesInHosts, candidateNames, parseSearchRules } from "./system-names.ts";

const ofPod = `search stills-system.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
options ndots:5
`;

test("the resolv.conf of a pod", () => {
  assert.deepEqual(parseSearchRules(ofPod), {
    domains: ["stills-system.svc.cluster.local", "svc.cluster.local", "cluster.local"],
    ndots: 5,
  });
  assert.deepEqual(parseSearchRules("nameserver 1.1.1.1\n"), { domains: [], ndots: 1 });
  assert.deepEqual(parseSearchRules("domain a.example.\nsearch b.example .\n"), {
    domains: ["b.example"],
    ndots: 1,
  });
});

test("a name with few dots is completed first, one with many is asked as it is", () => {
  const rules = parseSearchRules(ofPod);
  assert.deepEqual(candidateNames("minio.storage", rules), [
    "minio.storage.stills-system.svc.cluster.local",
    "minio.storage.svc.cluster.local",
    "minio.storage.cluster.local",
    "minio.storage",
  ]);
  assert.equal(candidateNames("a.b.c.d.e.f", rules)[0], "a.b.c.d.e.f");
  assert.deepEqual(candidateNames("minio.storage.", rules), ["minio.storage"]);
});

test("the hosts file", () => {
  const hosts = `# managed
127.0.0.1 localhost # loopback
10.1.2.3\tstore.example Store
fd00::1 store.example
nonsense store.example
`;
  assert.deepEqual(addressesInHosts(hosts, "STORE.example"), ["10.1.2.3", "fd00::1"]);
  assert.deepEqual(addressesInHosts(hosts, "store"), ["10.1.2.3"]);
  assert.deepEqual(addressesInHosts(hosts, "loopback"), []);
});
