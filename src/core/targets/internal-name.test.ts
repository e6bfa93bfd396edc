import assert from "node:assert/strict";
import { test } from "node:test";
import { isInternalName } from "./internal-name.ts";

const isInternal = (host: string): boolean => isInternalName(host, "cluster.local");

test("names without a dot and names with a reserved suffix are internal", () => {
  for (const host of [
    ...["kubernetes", "instance-data", "ip6-localhost", "internal"],
    ...["nats.stills.svc", "kubernetes.default.svc.cluster.local", "10-1-2-3.a.pod.cluster.local"],
    ...["metadata.google.internal", "printer.local", "nas.lan", "router.home", "wiki.corp"],
    ...["wiki.intranet", "db.private", "nas.home.arpa", "1.0.96.10.in-addr.arpa"],
    ...["localhost.localdomain", "abc.onion", "name.alt", "never.invalid"],
  ])
    assert.equal(isInternal(host), true, host);
});

test("public names are not internal, even if they contain a reserved word, and neither are names for tests", () => {
  for (const host of [
    ...["example.com", "local.example.com", "svc.com", "notlocal.org", "a.mysvc", "internal.net"],
    ...["page.example", "shop.test", "cluster.local.example.com", "xn--bcher-kva.example"],
  ])
    assert.equal(isInternal(host), false, host);
});

test("the domain of the cluster and all names in it are internal", () => {
  const domain = "k8s.shop.example";
  assert.equal(isInternalName(domain, domain), true);
  assert.equal(isInternalName(`a.b.${domain}`, domain), true);
  assert.equal(isInternalName(`not${domain}`, domain), false);
  assert.equal(isInternalName("www.shop.example", domain), false);
  assert.equal(isInternalName("a.b.svc.cluster.local", domain), true);
});
