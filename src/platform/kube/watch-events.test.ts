import assert from "node:assert/strict";
import { test } from "node:test";
import { readWatchEvents } from "./watch-events.ts";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}

async function namesIn(text: string, size: number): Promise<(string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for await (const event of readWatchEvents(inPieces(text, size)))
    names.push(event.object.metadata.name);
  return names;
}

const lines = ["a", "bär", "ccc"]
  .map((name) => `${JSON.stringify({ type: "ADDED", object: { metadata: { name } } })}\n`)
  .join("");

test("events are found however the bytes are cut, also inside a character", async () => {
  for (const size of [1, 2, 3, 7, 50, 1000])
    assert.deepEqual(await namesIn(lines, size), ["a", "bär", "ccc"], `pieces of ${size}`);
});

test("an event that was cut off by the end of the stream is not an event", async () => {
  assert.deepEqual(await namesIn(lines.slice(0, -5), 10), ["a", "bär"]);
});

test("a line that is no JSON is an error", async () => {
  await assert.rejects(namesIn("upstream connect error\n", 100), SyntaxError);
});
