import Type, { type Static } from "typebox";
import { malformed, parserOf } from "../schema/parser.ts";
import { count, text } from "./message-fields.ts";
import type { PageMetadata } from "./page-metadata.ts";

const pictureHead = Type.Object({
  uid: text,
  mediaType: text,
  sizeBytes: count,
  /** Lower-case hex of all bytes. */
  sha256: text,
  /** Both, or neither for a document. */
  widthPixels: Type.Optional(count),
  heightPixels: Type.Optional(count),
  /** What `spec.metadata` asks for; unchecked, as the page decides most of it. `boundedMetadata` checks each field. */
  metadata: Type.Optional(Type.Unsafe<PageMetadata>(Type.Unknown())),
  /** Sentences about what the capture gave up; `boundedWarnings` checks them. */
  warnings: Type.Optional(Type.Array(text)),
});

/**
 * Describes a picture that a worker sends straight to the gateway that waits for it, over core NATS, in a header of the first chunk.
 * When a chunk is lost, the gateway reads the stored picture instead.
 */
export type PictureHead = Static<typeof pictureHead>;

/** Headers of each chunk. */
export const pictureHeaders = {
  /** `index/count`, from 0. */
  chunk: "Stills-Chunk",
  /** JSON of PictureHead; on chunk 0 only. */
  head: "Stills-Head",
} as const;

/** Larger pictures are read from the object store. */
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
  const chunks = Math.max(1, Math.ceil(bytes.byteLength / pictureChunkBytes));
  for (let index = 0; index < chunks; index++) {
    const start = index * pictureChunkBytes;
    yield {
      headers: {
        [pictureHeaders.chunk]: `${index}/${chunks}`,
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
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(headers[pictureHeaders.chunk] ?? "");
  const index = Number(match?.[1]);
  const chunks = Number(match?.[2]);
  if (match === null || index >= chunks)
    throw malformed("picture chunk", `${pictureHeaders.chunk} must be index/count`);
  const head = headers[pictureHeaders.head];
  return { index, count: chunks, head: head === undefined ? undefined : parseHead(head), bytes };
}

const parseHeadFields = parserOf("head of a picture", pictureHead);

function parseHead(json: string): PictureHead {
  let head: unknown;
  try {
    head = JSON.parse(json);
  } catch {
    throw malformed("picture chunk", `${pictureHeaders.head} must be JSON`);
  }
  return parseHeadFields(head);
}
