import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";

export interface IssuedCertificate {
  certificatePEM: string;
  privateKeyPEM: string;
}

interface CertificateSubject {
  commonName: string;
  /** Kubernetes reads these as groups. */
  organizations?: readonly string[];
  /** Host names and addresses of a server. */
  hosts?: readonly string[];
}

export interface Validity {
  nowMilliseconds: number;
  lifetimeDays: number;
}

export const dayMilliseconds = 86_400_000;
const defaultLifetimeDays = 3650;
const ecdsaWithSHA256 = new x509.AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" });
const organizationName = "2.5.4.10";
const commonNameType = "2.5.4.3";

/**
 * A certificate authority whose key never leaves this object and is lost with it. Node.js reads certificates but cannot make them:
 * the structures come from a library, keys and signatures from Node.js.
 */
export class CertificateAuthority {
  readonly certificatePEM: string;
  readonly #key: KeyObject;
  readonly #name: x509.Name;
  readonly #keyIdentifier: x509.SubjectKeyIdentifier;
  readonly #validity: Validity;

  constructor(commonName: string, validity?: Validity) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const publicDER = publicKey.export({ type: "spki", format: "der" });
    this.#key = privateKey;
    this.#validity = validity ?? {
      nowMilliseconds: Date.now(),
      lifetimeDays: defaultLifetimeDays,
    };
    this.#name = nameOf({ commonName });
    this.#keyIdentifier = new x509.SubjectKeyIdentifier(
      createHash("sha1").update(publicDER).digest(),
    );
    const usage = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
    this.certificatePEM = this.#sign(this.#name, publicDER, [
      extension(x509.id_ce_basicConstraints, new x509.BasicConstraints({ cA: true }), true),
      extension(x509.id_ce_keyUsage, new x509.KeyUsage(usage), true),
      extension(x509.id_ce_subjectKeyIdentifier, this.#keyIdentifier),
    ]);
  }

  /** A key pair and a certificate for a server or a client. */
  issue(subject: CertificateSubject): IssuedCertificate {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const usage = x509.KeyUsageFlags.digitalSignature;
    const purposes = [x509.id_kp_serverAuth, x509.id_kp_clientAuth];
    const issuer = new x509.AuthorityKeyIdentifier({ keyIdentifier: this.#keyIdentifier });
    const extensions = [
      extension(x509.id_ce_basicConstraints, new x509.BasicConstraints(), true),
      extension(x509.id_ce_keyUsage, new x509.KeyUsage(usage), true),
      extension(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage(purposes)),
      extension(x509.id_ce_authorityKeyIdentifier, issuer),
    ];
    const names = (subject.hosts ?? []).map((host) =>
      isIP(host) === 0
        ? new x509.GeneralName({ dNSName: host })
        : new x509.GeneralName({ iPAddress: host }),
    );
    if (names.length > 0)
      extensions.push(extension(x509.id_ce_subjectAltName, new x509.SubjectAlternativeName(names)));
    const publicDER = publicKey.export({ type: "spki", format: "der" });
    return {
      certificatePEM: this.#sign(nameOf(subject), publicDER, extensions),
      privateKeyPEM: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }

  #sign(subject: x509.Name, publicDER: Buffer, extensions: x509.Extension[]): string {
    const { nowMilliseconds, lifetimeDays } = this.#validity;
    const tbsCertificate = new x509.TBSCertificate({
      version: x509.Version.v3,
      serialNumber: positiveSerial(),
      signature: ecdsaWithSHA256,
      issuer: this.#name,
      validity: new x509.Validity({
        // Clocks of two machines differ.
        notBefore: new Date(nowMilliseconds - dayMilliseconds),
        notAfter: new Date(nowMilliseconds + lifetimeDays * dayMilliseconds),
      }),
      subject,
      subjectPublicKeyInfo: AsnConvert.parse(publicDER, x509.SubjectPublicKeyInfo),
      extensions: new x509.Extensions(extensions),
    });
    const signature = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), this.#key);
    const certificate = new x509.Certificate({
      tbsCertificate,
      signatureAlgorithm: ecdsaWithSHA256,
      signatureValue: new Uint8Array(signature).buffer,
    });
    const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString("base64");
    const lines = base64.match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  }
}

function positiveSerial(): ArrayBuffer {
  const serial = new Uint8Array(randomBytes(16));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01;
  return serial.buffer;
}

function nameOf({ commonName, organizations = [] }: CertificateSubject): x509.Name {
  const attribute = (type: string, value: string): x509.RelativeDistinguishedName =>
    new x509.RelativeDistinguishedName([
      new x509.AttributeTypeAndValue({
        type,
        value: new x509.AttributeValue({ utf8String: value }),
      }),
    ]);
  return new x509.Name([
    ...organizations.map((organization) => attribute(organizationName, organization)),
    attribute(commonNameType, commonName),
  ]);
}

function extension(extnID: string, value: object, critical = false): x509.Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new x509.Extension({ extnID, critical, extnValue });
}
