import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { connect, createServer } from "node:tls";
import { CertificateAuthority } from "./certificate-authority.ts";

test("a certificate names its subject and hosts, belongs to its key and is signed by the authority", () => {
  const authority = new CertificateAuthority("test-authority");
  const issued = authority.issue({
    commonName: "server",
    organizations: ["system:masters"],
    hosts: ["localhost", "127.0.0.1"],
  });
  const root = new X509Certificate(authority.certificatePEM);
  const certificate = new X509Certificate(issued.certificatePEM);
  assert.equal(certificate.subject, "O=system:masters\nCN=server");
  assert.equal(certificate.subjectAltName, "DNS:localhost, IP Address:127.0.0.1");
  assert.ok(certificate.checkIssued(root));
  assert.ok(certificate.verify(root.publicKey));
  assert.ok(certificate.checkPrivateKey(createPrivateKey(issued.privateKeyPEM)));
  assert.equal(certificate.ca, false);
  assert.equal(root.ca, true);
  assert.ok(certificate.validFromDate.getTime() < Date.now());
  assert.ok(certificate.validToDate.getTime() > Date.now());
});

test("client and server accept each other over TLS, and a stranger's certificate is refused", async () => {
  const authority = new CertificateAuthority("test-authority");
  const keys = authority.issue({ commonName: "server", hosts: ["127.0.0.1"] });
  const server = createServer({
    ca: authority.certificatePEM,
    cert: keys.certificatePEM,
    key: keys.privateKeyPEM,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on("secureConnection", (socket) => socket.end("hello"));
  let refused = 0;
  server.on("tlsClientError", () => refused++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const greet = async (from: CertificateAuthority): Promise<string> => {
    const client = from.issue({ commonName: "client" });
    const socket = connect({
      host: "127.0.0.1",
      port,
      ca: authority.certificatePEM,
      cert: client.certificatePEM,
      key: client.privateKeyPEM,
    });
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    return text;
  };
  try {
    assert.equal(await greet(authority), "hello");
    // With TLS 1.3 a refused client sees either an alert or the end of the stream.
    const stranger = new CertificateAuthority("test-authority");
    assert.equal(await greet(stranger).catch(() => ""), "");
    assert.equal(refused, 1);
  } finally {
    server.close();
  }
});
