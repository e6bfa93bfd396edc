import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { UploadBuffer } from "./upload-buffer.ts";

const { signal } = new AbortController();

/** Notes when room was given. */
function reserve(buffer: UploadBuffer, bytes: number, until: AbortSignal = signal) {
  const reserved = { room: undefined as Disposable | undefined };
  const settled = buffer.reserve(bytes, until).then((room) => (reserved.room = room));
  settled.catch(() => undefined);
  return Object.assign(reserved, { settled });
}

test("pictures wait for room in bytes, in the order in which they came", async () => {
  const buffer = new UploadBuffer({ bytes: 100, pictures: 10 });
  const first = reserve(buffer, 60);
  const large = reserve(buffer, 80);
  const small = reserve(buffer, 10);
  await turn();
  assert.ok(first.room !== undefined);
  assert.equal(large.room, undefined);
  assert.equal(small.room, undefined, "a small one does not overtake");
  assert.equal(buffer.heldBytes, 60);

  first.room[Symbol.dispose]();
  first.room[Symbol.dispose]();
  await turn();
  assert.ok(large.room !== undefined && small.room !== undefined);
  assert.equal(buffer.heldBytes, 90);
});

test("a picture that is larger than the buffer gets it alone", async () => {
  const buffer = new UploadBuffer({ bytes: 100, pictures: 10 });
  const small = reserve(buffer, 1);
  const huge = reserve(buffer, 1_000);
  await turn();
  assert.equal(huge.room, undefined);
  small.room?.[Symbol.dispose]();
  await turn();
  assert.ok(huge.room !== undefined);
});

test("the number of pictures is bounded, too", async () => {
  const buffer = new UploadBuffer({ bytes: 100, pictures: 1 });
  const first = reserve(buffer, 1);
  const second = reserve(buffer, 1);
  await turn();
  assert.equal(second.room, undefined);
  first.room?.[Symbol.dispose]();
  await turn();
  assert.ok(second.room !== undefined);
});

test("one that gives up waiting lets the next one in", async () => {
  const buffer = new UploadBuffer({ bytes: 100, pictures: 10 });
  reserve(buffer, 60);
  const cancelled = new AbortController();
  const large = reserve(buffer, 80, cancelled.signal);
  const small = reserve(buffer, 10);
  cancelled.abort(new Error("cancelled"));
  await assert.rejects(large.settled, { message: "cancelled" });
  await turn();
  assert.ok(small.room !== undefined);
});
