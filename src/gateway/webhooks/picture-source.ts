import { createHash } from "node:crypto";
import { pictureGoneMessage, type PictureBody } from "../../api/messages/delivery-messages.ts";
import { piecesOf } from "../../platform/objects/object-pieces.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";

interface OpenOptions {
  /** Of the object whose bytes were signed; undefined if none were. */
  etag: string | undefined;
  signal: AbortSignal;
}

/** The stored object is not, or no longer, the picture of the job. */
export class PictureGone extends Error {
  constructor() {
    super(pictureGoneMessage);
    this.name = "PictureGone";
  }
}

/**
 * The picture of a webhook, piece by piece. Its last piece comes only when all of them have the right digest: a receiver that is sent
 * something else never gets a whole message.
 *
 * @throws PictureGone, also between pieces, or Failure(Storage…) when the object store does not answer rightly
 */
export async function openPicture(
  store: Pick<ObjectStore, "open">,
  picture: PictureBody,
  { etag, signal }: OpenOptions,
): Promise<AsyncIterable<Buffer>> {
  const stored = await store.open(picture.key, { signal, ...(etag !== undefined && { etag }) });
  if (stored?.sizeBytes === picture.sizeBytes)
    return genuine(piecesOf(stored.body, signal), picture);
  stored?.body.destroy();
  throw new PictureGone();
}

async function* genuine(
  pieces: AsyncIterable<Buffer>,
  { sha256 }: PictureBody,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let last: Buffer | undefined;
  for await (const piece of pieces) {
    hash.update(piece);
    if (last !== undefined) yield last;
    last = piece;
  }
  if (hash.digest("hex") !== sha256) throw new PictureGone();
  if (last !== undefined) yield last;
}
