import { openBytes, sealBytes, sealingSuite } from "./hpke.ts";
import type { SealedBytes } from "./hpke.ts";

const purpose = "stills reply";

/** A key pair for one request whose reply only the requester can read. */
interface ReplyBox {
  /** Sent with the request: base64url of a public key that is used for this reply only. */
  readonly publicKey: string;
  /** @param about what the request is about, as in `sealReply`. @throws NotOpened */
  open(sealed: SealedBytes, about: string): Promise<Uint8Array>;
}

export async function createReplyBox(): Promise<ReplyBox> {
  const pair = await sealingSuite.kem.generateKeyPair();
  const raw = await sealingSuite.kem.serializePublicKey(pair.publicKey);
  return {
    publicKey: Buffer.from(raw).toString("base64url"),
    open: (sealed, about) => openBytes(pair.privateKey, sealed, { purpose, associatedData: about }),
  };
}

/** @throws an error when the text is not a public key */
export async function sealReply(
  publicKey: string,
  plaintext: Uint8Array,
  about: string,
): Promise<SealedBytes> {
  const raw = new Uint8Array(Buffer.from(publicKey, "base64url")).buffer;
  const key = await sealingSuite.kem.deserializePublicKey(raw);
  return await sealBytes(key, plaintext, { purpose, associatedData: about });
}
