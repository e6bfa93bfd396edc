import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { dayMilliseconds } from "./certificate-authority.ts";
import { createServerCertificate, renewalCause } from "./server-certificate.ts";

const hosts = ["nats", "nats.stills.svc", "127.0.0.1", "::1"];
const validity = { nowMilliseconds: Date.now(), lifetimeDays: 90 };
const inDays = (days: number): number => validity.nowMilliseconds + days * dayMilliseconds;

test("a certificate is kept while more than a third of its lifetime is left, and no longer", () => {
  const made = createServerCertificate(hosts, validity);

  assert.equal(renewalCause(made, hosts, inDays(0)), undefined);
  assert.equal(renewalCause(made, hosts, inDays(58)), undefined);
  assert.match(renewalCause(made, hosts, inDays(62)) ?? "", /third of its lifetime/);
});

test("a certificate for other hosts, of another key, of a stranger or unreadable is made anew", () => {
  const made = createServerCertificate(hosts, validity);
  const other = createServerCertificate(hosts, validity);

  assert.match(renewalCause(made, [...hosts, "moved"], inDays(0)) ?? "", /not for moved/);
  const otherKey = { ...made, privateKeyPEM: other.privateKeyPEM };
  assert.match(renewalCause(otherKey, hosts, inDays(0)) ?? "", /private key/);
  const stranger = { ...made, authorityPEM: other.authorityPEM };
  assert.match(renewalCause(stranger, hosts, inDays(0)) ?? "", /authorities/);
  const unreadable = { ...made, certificatePEM: "nothing" };
  assert.match(renewalCause(unreadable, hosts, inDays(0)) ?? "", /cannot be read/);
});

test("after a renewal clients know the authority before it, too, but not the one before that", () => {
  const first = createServerCertificate(hosts, validity);
  const second = createServerCertificate(hosts, validity, first.authorityPEM);
  const third = createServerCertificate(hosts, validity, second.authorityPEM);
  const blocks = (pem: string) => pem.match(/BEGIN CERTIFICATE/g)?.length;

  assert.ok(second.authorityPEM.endsWith(first.authorityPEM));
  assert.equal(blocks(third.authorityPEM), 2);
  assert.equal(third.authorityPEM.includes(first.authorityPEM), false);
  assert.equal(renewalCause(third, hosts, inDays(0)), undefined);
  assert.equal(new X509Certificate(third.certificatePEM).checkIP("::1"), "::1");
});
