import { createHash } from "node:crypto";
import {
  largestDirectPictureBytes,
  type PictureChunk,
  type PictureHead,
} from "../../api/messages/picture-messages.ts";

export interface ReceivedPicture extends PictureHead {
  bytes: Buffer;
}

/** Reassembles the chunks of one picture. A picture with another size or digest than its head says is dropped. */
export class PictureReassembler {
  #chunks: (Uint8Array | undefined)[] = [];
  #head: PictureHead | undefined;
  #sizeBytes = 0;

  /** Returns the picture with its last chunk; undefined before that, and always if a chunk was lost or altered. */
  add(chunk: PictureChunk): ReceivedPicture | undefined {
    // A second attempt of the capture sends its picture from the start.
    if (chunk.head !== undefined) this.#reset(chunk.head);
    if (this.#head === undefined || this.#chunks[chunk.index] !== undefined) return undefined;
    this.#sizeBytes += chunk.bytes.byteLength;
    if (this.#sizeBytes > largestDirectPictureBytes) return undefined;
    this.#chunks[chunk.index] = chunk.bytes;
    const present = this.#chunks.filter((part) => part !== undefined);
    return present.length === chunk.count ? this.#complete(this.#head, present) : undefined;
  }

  #reset(head: PictureHead): void {
    this.#head = head;
    this.#chunks = [];
    this.#sizeBytes = 0;
  }

  #complete(head: PictureHead, chunks: Uint8Array[]): ReceivedPicture | undefined {
    const bytes = Buffer.concat(chunks);
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (bytes.byteLength !== head.sizeBytes || digest !== head.sha256) return undefined;
    return { ...head, bytes };
  }
}
