import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { sealingSuite } from "./hpke.ts";

/** A key pair as two files hold it, the form that `openssl genpkey -algorithm X25519` makes. */
export interface SealingKeyFiles {
  privateKeyPEM: string;
  publicKeyPEM: string;
}

export interface SealingKey {
  /** Names the pair: the first 16 hexadecimal digits of the SHA-256 of the public key. */
  id: string;
  key: CryptoKey;
}

/** What is wrong with a key file; never says what is in it. */
export class SealingKeyInvalid extends Error {
  constructor(problem: string, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause });
    this.name = "SealingKeyInvalid";
  }
}

const privateBlock = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;

/** A new pair of random keys. */
export function generateSealingKeys(): SealingKeyFiles {
  const { privateKey } = generateKeyPairSync("x25519");
  const privateKeyPEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { privateKeyPEM, publicKeyPEM: publicKeyFileOf(privateKeyPEM) };
}

/** The public half of a private key file. @throws SealingKeyInvalid */
export function publicKeyFileOf(privateKeyPEM: string): string {
  const publicKey = createPublicKey(privateKeyOf(privateKeyPEM));
  return publicKey.export({ type: "spki", format: "pem" }).toString();
}

/** The key that is sealed to. @throws SealingKeyInvalid */
export async function readPublicKey(pem: string): Promise<SealingKey> {
  const key = parsed(() => createPublicKey(pem), "a PEM file with one X25519 public key");
  const raw = rawPublicKeyOf(key);
  return { id: idOf(raw), key: await sealingSuite.kem.deserializePublicKey(raw) };
}

/** All keys of a file, by id: during a rotation the new one and the old one, in any order. @throws SealingKeyInvalid */
export async function readPrivateKeys(pem: string): Promise<ReadonlyMap<string, CryptoKey>> {
  const blocks = pem.match(privateBlock) ?? [];
  if (blocks.length === 0)
    throw new SealingKeyInvalid("must be a PEM file with one or more X25519 private keys");
  const keys = new Map<string, CryptoKey>();
  for (const block of blocks) {
    const key = privateKeyOf(block);
    const { d = "" } = key.export({ format: "jwk" });
    const raw = new Uint8Array(Buffer.from(d, "base64url")).buffer;
    const id = idOf(rawPublicKeyOf(createPublicKey(key)));
    keys.set(id, await sealingSuite.kem.deserializePrivateKey(raw));
  }
  return keys;
}

function privateKeyOf(pem: string): KeyObject {
  return parsed(() => createPrivateKey(pem), "a PEM file with one or more X25519 private keys");
}

function parsed(read: () => KeyObject, wanted: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (thrown) {
    throw new SealingKeyInvalid(`must be ${wanted}`, thrown);
  }
  if (key.asymmetricKeyType !== "x25519")
    throw new SealingKeyInvalid(
      `must be ${wanted}, not of the type ${key.asymmetricKeyType ?? "?"}`,
    );
  return key;
}

function rawPublicKeyOf(key: KeyObject): ArrayBuffer {
  const { x = "" } = key.export({ format: "jwk" });
  return new Uint8Array(Buffer.from(x, "base64url")).buffer;
}

function idOf(rawPublicKey: ArrayBuffer): string {
  return createHash("sha256").update(new Uint8Array(rawPublicKey)).digest("hex").slice(0, 16);
}
