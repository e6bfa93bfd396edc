import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { sealingSuite } from "./hpke.ts";

/** A key pair as two files hold it, the form that `openssl genpkey -algorithm X25519` makes. */
interface SealingKeyFiles {
  privateKeyPEM: string;
  publicKeyPEM: string;
}

export interface SealingKey {
  /** Names the pair: the first 16 hexadecimal digits of the SHA-256 of the public key. */
  id: string;
  key: CryptoKey;
}

/** A key file that is none; never says what is in it. */
export class SealingKeyInvalid extends Error {
  /** What it must be: "a PEM file with …". */
  readonly wanted: string;

  constructor(wanted: string, cause?: unknown) {
    super(`A key file is not ${wanted}`, cause === undefined ? undefined : { cause });
    this.name = "SealingKeyInvalid";
    this.wanted = wanted;
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
  const publicKey = createPublicKey(privateKeysOf(privateKeyPEM)[0] as KeyObject);
  return publicKey.export({ type: "spki", format: "pem" }).toString();
}

/** What a file must contain, for the message about one that does not. */
export function sealingKeyProblem(kind: "Public" | "Private", pem: string): string | undefined {
  try {
    if (kind === "Public") publicKeyOf(pem);
    else privateKeysOf(pem);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof SealingKeyInvalid) return thrown.wanted;
    throw thrown;
  }
}

/** The key that is sealed to. @throws SealingKeyInvalid */
export async function readPublicKey(pem: string): Promise<SealingKey> {
  const raw = rawPublicKeyOf(publicKeyOf(pem));
  return { id: idOf(raw), key: await sealingSuite.kem.deserializePublicKey(raw) };
}

/** All keys of a file, by id: during a rotation the new one and the old one, in any order. @throws SealingKeyInvalid */
export async function readPrivateKeys(pem: string): Promise<ReadonlyMap<string, CryptoKey>> {
  const keys = new Map<string, CryptoKey>();
  for (const key of privateKeysOf(pem)) {
    const { d = "" } = key.export({ format: "jwk" });
    const raw = new Uint8Array(Buffer.from(d, "base64url")).buffer;
    const id = idOf(rawPublicKeyOf(createPublicKey(key)));
    keys.set(id, await sealingSuite.kem.deserializePrivateKey(raw));
  }
  return keys;
}

const wantedPublic = "a PEM file with one X25519 public key";
const wantedPrivate = "a PEM file with one or more X25519 private keys";

function publicKeyOf(pem: string): KeyObject {
  // Node would make a public key of a private one, which has no business where it is read.
  if (pem.includes("PRIVATE")) throw new SealingKeyInvalid(`${wantedPublic}, not a private one`);
  return parsed(() => createPublicKey(pem), wantedPublic);
}

function privateKeysOf(pem: string): KeyObject[] {
  const blocks = pem.match(privateBlock) ?? [];
  if (blocks.length === 0) throw new SealingKeyInvalid(wantedPrivate);
  return blocks.map((block) => parsed(() => createPrivateKey(block), wantedPrivate));
}

function parsed(read: () => KeyObject, wanted: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (thrown) {
    throw new SealingKeyInvalid(wanted, thrown);
  }
  if (key.asymmetricKeyType !== "x25519") throw new SealingKeyInvalid(wanted);
  return key;
}

function rawPublicKeyOf(key: KeyObject): ArrayBuffer {
  const { x = "" } = key.export({ format: "jwk" });
  return new Uint8Array(Buffer.from(x, "base64url")).buffer;
}

function idOf(rawPublicKey: ArrayBuffer): string {
  return createHash("sha256").update(new Uint8Array(rawPublicKey)).digest("hex").slice(0, 16);
}
