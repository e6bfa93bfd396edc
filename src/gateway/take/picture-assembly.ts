import { createHash } from "node:crypto";
import {
  largestDirectPictureBytes,
  type PictureChunk,
  type PictureHead,
} from "../../api/messages/picture-messages.ts";

export interface ReceivedPicture extends PictureHead {
  bytes: Buffer;
}

/** Puts the chunks of one picture together. What does not fit its digest never becomes a picture. */
export class PictureAssembly {
  #chunks: (Uint8Array | undefined)[] = [];
  #head: PictureHead | undefined;
  #sizeBytes = 0;

  /** The picture, once its last chunk is there; undefined before, and for ever if chunks were lost or altered. */
  add(chunk: PictureChunk): ReceivedPicture | undefined {
    // A capture that is made a second time sends its picture from the start again.
    if (chunk.head !== undefined) this.#begin(chunk.head);
    if (this.#head === undefined || this.#chunks[chunk.index] !== undefined) return undefined;
    this.#sizeBytes += chunk.bytes.byteLength;
    if (this.#sizeBytes > largestDirectPictureBytes) return undefined;
    this.#chunks[chunk.index] = chunk.bytes;
    const present = this.#chunks.filter((part) => part !== undefined);
    return present.length === chunk.count ? this.#finish(this.#head, present) : undefined;
  }

  #begin(head: PictureHead): void {
    this.#head = head;
    this.#chunks = [];
    this.#sizeBytes = 0;
  }

  #finish(head: PictureHead, chunks: Uint8Array[]): ReceivedPicture | undefined {
    const bytes = Buffer.concat(chunks);
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (bytes.byteLength !== head.sizeBytes || digest !== head.sha256) return undefined;
    return { ...head, bytes };
  }
}
