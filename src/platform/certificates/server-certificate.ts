import { X509Certificate, createPrivateKey } from "node:crypto";
import { isIP } from "node:net";
import { CertificateAuthority } from "./certificate-authority.ts";
import type { Validity } from "./certificate-authority.ts";

/** What a TLS server presents, and the authorities that its clients trust. */
export interface ServerCertificate {
  /** One or more authorities: during a renewal the new one and the one before. */
  authorityPEM: string;
  certificatePEM: string;
  privateKeyPEM: string;
}

/** A certificate for a server, from a new authority whose key is discarded. */
export function createServerCertificate(
  hosts: readonly string[],
  validity: Validity,
  previousAuthorityPEM?: string,
): ServerCertificate {
  const authority = new CertificateAuthority("stills-nats-authority", validity);
  const issued = authority.issue({ commonName: hosts[0] ?? "stills", hosts });
  return {
    // Clients that read the new authorities while the server still presents its old certificate must trust both.
    authorityPEM: authority.certificatePEM + newestOf(previousAuthorityPEM, validity),
    ...issued,
  };
}

/** Why a server's certificate must be renewed, as a sentence, or undefined. */
export function renewalCause(
  { authorityPEM, certificatePEM, privateKeyPEM }: ServerCertificate,
  hosts: readonly string[],
  nowMilliseconds: number,
): string | undefined {
  try {
    const certificate = new X509Certificate(certificatePEM);
    const authorities = certificatesIn(authorityPEM);
    if (!authorities.some((authority) => certificate.verify(authority.publicKey)))
      return "none of its authorities has signed it";
    if (!certificate.checkPrivateKey(createPrivateKey(privateKeyPEM)))
      return "it does not belong to its private key";
    const missing = hosts.find(
      (host) =>
        (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) === undefined,
    );
    if (missing !== undefined) return `it is not for ${missing}`;
    const ends = certificate.validToDate.getTime();
    const lifetime = ends - certificate.validFromDate.getTime();
    if (ends - nowMilliseconds < lifetime / 3) return "less than a third of its lifetime is left";
    return undefined;
  } catch {
    return "it cannot be read";
  }
}

function newestOf(authorityPEM: string | undefined, { nowMilliseconds }: Validity): string {
  if (authorityPEM === undefined) return "";
  try {
    const [newest] = certificatesIn(authorityPEM);
    if (newest === undefined || newest.validToDate.getTime() < nowMilliseconds) return "";
    return newest.toString();
  } catch {
    return "";
  }
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}
