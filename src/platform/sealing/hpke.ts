import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";

/** What was sealed, and the public half of the key made for it; both base64url. */
export interface SealedBytes {
  encapsulatedKey: string;
  ciphertext: string;
}

interface SealingContext {
  /** What the bytes are for: sealed for one use, they cannot be opened for another. */
  purpose: string;
  /** What the bytes belong to; not secret, not part of the sealed bytes, and the same when they are opened. */
  associatedData: string;
}

/** The sealed bytes cannot be opened: another key, other associated data, or altered bytes; it is not known which. */
export class NotOpened extends Error {
  constructor() {
    super("The sealed bytes are for another key or another object, or were altered");
    this.name = "NotOpened";
  }
}

/** RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
export const sealingSuite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** Seals bytes so that only the holder of the private key can open them. */
export async function sealBytes(
  publicKey: CryptoKey,
  plaintext: Uint8Array,
  context: SealingContext,
): Promise<SealedBytes> {
  const sealed = await sealingSuite.seal(
    { recipientPublicKey: publicKey, info: bytesOf(context.purpose) },
    exactly(plaintext),
    bytesOf(context.associatedData),
  );
  return { encapsulatedKey: textOf(sealed.enc), ciphertext: textOf(sealed.ct) };
}

/** @throws NotOpened */
export async function openBytes(
  privateKey: CryptoKey,
  sealed: SealedBytes,
  context: SealingContext,
): Promise<Uint8Array> {
  try {
    const opened = await sealingSuite.open(
      {
        recipientKey: privateKey,
        enc: exactly(Buffer.from(sealed.encapsulatedKey, "base64url")),
        info: bytesOf(context.purpose),
      },
      exactly(Buffer.from(sealed.ciphertext, "base64url")),
      bytesOf(context.associatedData),
    );
    return new Uint8Array(opened);
  } catch {
    // Without the reason of the library, which would help a forger.
    throw new NotOpened();
  }
}

function bytesOf(text: string): ArrayBuffer {
  return exactly(Buffer.from(text));
}

/** A copy, since a small Buffer shares the memory of a larger one. */
function exactly(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function textOf(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString("base64url");
}
