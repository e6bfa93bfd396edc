import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { BodyCollector } from "./body-collector.ts";

const tooLarge = () => new Error("too large");

async function collected(pieces: string[], limitBytes: number, announcedBytes?: number) {
  const collector = new BodyCollector({ announcedBytes, limitBytes, tooLarge });
  return await Array.fromAsync<Buffer>(
    Readable.from(pieces.map((piece) => Buffer.from(piece))).pipe(collector),
  );
}

test("a body comes out in one piece, however it came in", async () => {
  const text = "äbc".repeat(5_000);
  const bytes = Buffer.byteLength(text);
  for (const announced of [undefined, bytes])
    for (const pieces of [[text], Array.from(text)]) {
      const chunks = await collected(pieces, 100_000, announced);
      assert.deepEqual(
        chunks.map((chunk) => chunk.toString()),
        [text],
      );
    }
});

test("a body of exactly the limit passes, one byte more is the error", async () => {
  assert.equal((await collected(["12", "34"], 4))[0]?.toString(), "1234");
  await assert.rejects(collected(["12", "345"], 4), /too large/);
});
