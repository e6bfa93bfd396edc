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

test("chunks in order become the picture", () => {
  const assembly = new PictureReassembler();
  const [first, second, third] = chunks();
  assert.equal(assembly.add(first!), undefined);
  assert.equal(assembly.add(second!), undefined);
  const picture = assembly.add(third!);
  assert.ok(picture !== undefined && picture.bytes.equals(bytes));
  assert.equal(picture.widthPixels, 3);
});

test("a second sending starts over, a missing chunk or another digest gives no picture", () => {
  const assembly = new PictureReassembler();
  const [first, , third] = chunks();
  assembly.add(first!);
  assert.equal(assembly.add(third!), undefined);
  const again = chunks().map((chunk) => assembly.add(chunk));
  assert.ok(again[2]?.bytes.equals(bytes));

  const altered = new PictureReassembler();
  const results = chunks({ ...head, sha256: "0".repeat(64) }).map((chunk) => altered.add(chunk));
  assert.deepEqual(results, [undefined, undefined, undefined]);
});

test("what is no chunk is refused", () => {
  for (const headers of [
    {},
    { "Stills-Chunk": "1/1" },
    { "Stills-Chunk": "0/1", "Stills-Head": "x" },
    { "Stills-Chunk": "0/1", "Stills-Head": "{}" },
  ])
    assert.throws(() => parsePictureChunk(headers, bytes));
});
