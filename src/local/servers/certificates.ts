import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIP } from "node:net";

/**
 * X.509 certificates for servers that only this machine talks to. Node can read certificates but not sign them; the few
 * DER structures needed (RFC 5280, section 4.1) are written here, so that no other program has to be installed.
 */
export interface IssuedCertificate {
  certificatePEM: string;
  privateKeyPEM: string;
}

export interface CertificateSubject {
  commonName: string;
  /** Kubernetes reads these as groups. */
  organizations?: readonly string[];
  /** Host names and addresses a server is reached by. */
  hosts?: readonly string[];
}

const lifetimeDays = 3650;
const ecdsaWithSHA256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));

/** A certificate authority whose key lives in this process, or in what was written of it. */
export class CertificateAuthority {
  readonly certificatePEM: string;
  readonly #key: KeyObject;
  readonly #name: Buffer;
  readonly #keyIdentifier: Buffer;

  constructor(commonName: string) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const publicDER = publicKey.export({ type: "spki", format: "der" });
    this.#key = privateKey;
    this.#name = distinguishedName({ commonName });
    this.#keyIdentifier = createHash("sha1").update(publicDER).digest();
    this.certificatePEM = this.#sign(this.#name, publicDER, [
      extension("2.5.29.19", true, sequence(der(0x01, Buffer.from([0xff])))),
      extension("2.5.29.15", true, der(0x03, Buffer.from([0x01, 0x06]))),
      extension("2.5.29.14", false, der(0x04, this.#keyIdentifier)),
    ]);
  }

  /** A key pair and a certificate that a server or a client can show. */
  issue(subject: CertificateSubject): IssuedCertificate {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const publicDER = publicKey.export({ type: "spki", format: "der" });
    const usages = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"].map(objectIdentifier);
    const extensions = [
      extension("2.5.29.19", true, sequence()),
      extension("2.5.29.15", true, der(0x03, Buffer.from([0x07, 0x80]))),
      extension("2.5.29.37", false, sequence(...usages)),
      extension("2.5.29.35", false, sequence(der(0x80, this.#keyIdentifier))),
    ];
    const hosts = subject.hosts ?? [];
    if (hosts.length > 0)
      extensions.push(extension("2.5.29.17", false, sequence(...hosts.map(generalName))));
    return {
      certificatePEM: this.#sign(distinguishedName(subject), publicDER, extensions),
      privateKeyPEM: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  }

  #sign(subject: Buffer, publicDER: Buffer, extensions: readonly Buffer[]): string {
    const now = Date.now();
    const dayMilliseconds = 86_400_000;
    const toBeSigned = sequence(
      der(0xa0, integer(Buffer.from([2]))),
      integer(positiveSerial()),
      ecdsaWithSHA256,
      this.#name,
      sequence(time(now - dayMilliseconds), time(now + lifetimeDays * dayMilliseconds)),
      subject,
      publicDER,
      der(0xa3, sequence(...extensions)),
    );
    const signature = sign("sha256", toBeSigned, this.#key);
    return pem("CERTIFICATE", sequence(toBeSigned, ecdsaWithSHA256, bitString(signature)));
  }
}

function positiveSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01;
  return serial;
}

function distinguishedName({ commonName, organizations = [] }: CertificateSubject): Buffer {
  const attribute = (type: string, value: string): Buffer =>
    der(0x31, sequence(objectIdentifier(type), der(0x0c, Buffer.from(value, "utf8"))));
  return sequence(
    ...organizations.map((organization) => attribute("2.5.4.10", organization)),
    attribute("2.5.4.3", commonName),
  );
}

function extension(type: string, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectIdentifier(type), ...critical, der(0x04, value));
}

function generalName(host: string): Buffer {
  if (isIP(host) === 0) return der(0x82, Buffer.from(host, "ascii"));
  if (isIP(host) === 4) return der(0x87, Buffer.from(host.split(".").map(Number)));
  throw new TypeError(`${host}: only host names and IPv4 addresses are issued`);
}

function time(epochMilliseconds: number): Buffer {
  // GeneralizedTime from 2050 on, UTCTime before (RFC 5280, 4.1.2.5).
  const digits = new Date(epochMilliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return Number(digits.slice(0, 4)) >= 2050
    ? der(0x18, Buffer.from(digits, "ascii"))
    : der(0x17, Buffer.from(digits.slice(2), "ascii"));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf(content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.from([content.length]);
  const digits = Buffer.alloc(4);
  digits.writeUInt32BE(content.length);
  const significant = digits.subarray(digits.findIndex((digit) => digit !== 0));
  return Buffer.concat([Buffer.from([0x80 | significant.length]), significant]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function integer(bigEndian: Buffer): Buffer {
  return der(0x02, bigEndian);
}

function bitString(content: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), content);
}

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
