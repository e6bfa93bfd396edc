import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  parsePictureChunk,
  pictureChunkBytes,
  pictureChunks,
  type PictureChunk,
  type PictureHead,
} from "../../api/messages/picture-messages.ts";
import { PictureReassembler } from "./picture-reassembler.ts";

const bytes = randomBytes(2 * pictureChunkBytes + 17);
const head: PictureHead = {
  uid: "u",
  mediaType: "image/png",
  sizeBytes: bytes.byteLength,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  widthPixels: 3,
  heightPixels: 4,
};

function chunks(of: PictureHead = head): PictureChunk[] {
  return [...pictureChunks(of, bytes)].map((chunk) =>
    parsePictureChunk(chunk.headers, chunk.bytes),
  );
}

test("chunks in order form the picture", () => {
  const reassembler = new PictureReassembler();
  const [first, second, third] = chunks();
  assert.equal(reassembler.add(first!), undefined);
  assert.equal(reassembler.add(second!), undefined);
  const picture = reassembler.add(third!);
  assert.ok(picture !== undefined && picture.bytes.equals(bytes));
  assert.equal(picture.widthPixels, 3);
});

test("a second first chunk starts over; a missing chunk or a wrong digest gives no picture", () => {
  const reassembler = new PictureReassembler();
  const [first, , third] = chunks();
  reassembler.add(first!);
  assert.equal(reassembler.add(third!), undefined);
  const again = chunks().map((chunk) => reassembler.add(chunk));
  assert.ok(again[2]?.bytes.equals(bytes));

  const altered = new PictureReassembler();
  const results = chunks({ ...head, sha256: "0".repeat(64) }).map((chunk) => altered.add(chunk));
  assert.deepEqual(results, [undefined, undefined, undefined]);
});

test("a malformed chunk is refused", () => {
  for (const headers of [
    {},
    { "Stills-Chunk": "1/1" },
    { "Stills-Chunk": "0/1", "Stills-Head": "x" },
    { "Stills-Chunk": "0/1", "Stills-Head": "{}" },
  ])
    assert.throws(() => parsePictureChunk(headers, bytes));
});
