import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** The key that the answers to a server are signed with, and what the server knows it by. */
export interface CalloutKey {
  privateKey: KeyObject;
  /** The public key as nats-server writes those of accounts: `A…`. */
  issuer: string;
}

export const wantedCalloutKey = "a PEM file with one Ed25519 private key";

/** What version byte the text of a public account key has: its first letter is A. */
const accountPrefix = 0;
const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A new random key as a file (PEM) has it, with what belongs into the server's configuration. */
export function generateCalloutKey(): { privateKeyPEM: string; issuer: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  const privateKeyPEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { privateKeyPEM, issuer: issuerOf(privateKey) };
}

/** The key of a file; undefined when there is none in it, and `wantedCalloutKey` says what is missing. */
export function readCalloutKey(pem: string): CalloutKey | undefined {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch {
    return undefined;
  }
  if (privateKey.asymmetricKeyType !== "ed25519") return undefined;
  return { privateKey, issuer: issuerOf(privateKey) };
}

/** Prefix, the raw key and a checksum, in base32 without padding (nats-io/nkeys). */
function issuerOf(privateKey: KeyObject): string {
  const { x = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  const key = Buffer.concat([Buffer.from([accountPrefix]), Buffer.from(x, "base64url")]);
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(crc16(key));
  return base32(Buffer.concat([key, checksum]));
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x1021)) & 0xffff;
  }
  return crc;
}

function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += base32Alphabet[(value >>> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + base32Alphabet[(value << (5 - bits)) & 31];
}
