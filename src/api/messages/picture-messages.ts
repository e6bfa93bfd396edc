import { Failure } from "../reasons/failure.ts";
import type { PageMetadata } from "./page-metadata.ts";

/**
 * A picture on its way from a worker to the gateway that waits for it, over core NATS: the head travels in a header of the first
 * chunk. Nothing here is durable; when a chunk is lost the gateway reads the stored picture instead.
 */
export interface PictureHead {
  uid: string;
  mediaType: string;
  sizeBytes: number;
  /** Lower-case hex of all bytes. */
  sha256: string;
  /** Both, or neither for a document. */
  widthPixels?: number;
  heightPixels?: number;
  /** What was asked for in `metadata`. */
  metadata?: PageMetadata;
}

/** Headers of each chunk. */
export const pictureHeaders = {
  /** `index/count`, from 0. */
  chunk: "Stills-Chunk",
  /** JSON of PictureHead; on chunk 0 only. */
  head: "Stills-Head",
} as const;

/** Larger pictures are read from the store. */
export const largestDirectPictureBytes = 4 * 1024 * 1024;
/** Half of NATS' default limit of a message. */
export const pictureChunkBytes = 512 * 1024;

export interface PictureChunk {
  index: number;
  count: number;
  head: PictureHead | undefined;
  bytes: Uint8Array;
}

/** Cuts a picture into the chunks to send, in order, each with its headers. */
export function* pictureChunks(
  head: PictureHead,
  bytes: Uint8Array,
): Generator<{ headers: Record<string, string>; bytes: Uint8Array }> {
  const count = Math.max(1, Math.ceil(bytes.byteLength / pictureChunkBytes));
  for (let index = 0; index < count; index++) {
    const start = index * pictureChunkBytes;
    yield {
      headers: {
        [pictureHeaders.chunk]: `${index}/${count}`,
        ...(index === 0 ? { [pictureHeaders.head]: plainJSON(head) } : {}),
      },
      bytes: bytes.subarray(start, start + pictureChunkBytes),
    };
  }
}

/** Headers are for ASCII; a page's title may be in any script. */
function plainJSON(value: unknown): string {
  const escaped = (unit: string): string =>
    `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replaceAll(/[^ -~]/g, escaped);
}

/** Reads one message of a picture; throws Failure(RequestMalformed). */
export function parsePictureChunk(
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array,
): PictureChunk {
  const place = /^(\d{1,4})\/(\d{1,4})$/.exec(headers[pictureHeaders.chunk] ?? "");
  const index = Number(place?.[1]);
  const count = Number(place?.[2]);
  if (place === null || index >= count)
    throw malformed(`${pictureHeaders.chunk} must be index/count`);
  const text = headers[pictureHeaders.head];
  return { index, count, head: text === undefined ? undefined : parseHead(text), bytes };
}

function parseHead(text: string): PictureHead {
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch {
    throw malformed(`${pictureHeaders.head} must be JSON`);
  }
  const fields = head as Partial<Record<keyof PictureHead, unknown>> | null;
  const texts = [fields?.uid, fields?.mediaType, fields?.sha256];
  const numbers = [fields?.sizeBytes, fields?.widthPixels ?? 0, fields?.heightPixels ?? 0];
  if (
    !texts.every((value) => typeof value === "string") ||
    !numbers.every((value) => Number.isSafeInteger(value) && Number(value) >= 0)
  )
    throw malformed(`${pictureHeaders.head} lacks a field`);
  return head as PictureHead;
}

function malformed(problem: string): Failure {
  return new Failure("RequestMalformed", { message: `The picture chunk is not valid: ${problem}` });
}
