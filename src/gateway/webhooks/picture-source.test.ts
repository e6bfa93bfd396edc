import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import { openPicture, PictureGone } from "./picture-source.ts";

const never = new AbortController().signal;
const pieces = ["the ", "pic", "ture"].map((text) => Buffer.from(text));
const picture = {
  kind: "Picture",
  mediaType: "image/png",
  key: "k",
  sha256: createHash("sha256").update(Buffer.concat(pieces)).digest("hex"),
  sizeBytes: 11,
} as const;

/** A store that ignores etags, as some do. */
function storeOf(stored: Buffer[] | undefined) {
  const opened = Readable.from(stored ?? []);
  const sizeBytes = Buffer.concat(stored ?? []).length;
  const open = async () =>
    stored === undefined
      ? undefined
      : { body: opened, etag: '"e"', sizeBytes, mediaType: "image/png", metadata: {} };
  return { open, opened };
}

async function read(stored: Buffer[] | undefined): Promise<{ got: string; problem: unknown }> {
  let got = "";
  try {
    const options = { etag: undefined, signal: never };
    for await (const piece of await openPicture(storeOf(stored), picture, options))
      got += piece.toString();
    return { got, problem: undefined };
  } catch (problem) {
    return { got, problem };
  }
}

test("the picture comes whole, in pieces", async () => {
  assert.deepEqual(await read(pieces), { got: "the picture", problem: undefined });
});

test("of another object of the same size the last piece is kept back", async () => {
  const { got, problem } = await read(["THE ", "pic", "ture"].map((text) => Buffer.from(text)));
  assert.equal(got, "THE pic");
  assert.ok(problem instanceof PictureGone);
});

test("of an object of another size nothing comes, and it is not left open", async () => {
  const store = storeOf([Buffer.from("longer than the picture")]);
  await assert.rejects(
    openPicture(store, picture, { etag: undefined, signal: never }),
    PictureGone,
  );
  assert.equal(store.opened.destroyed, true);
  assert.ok((await read(undefined)).problem instanceof PictureGone);
});

test("a store that breaks off is not a picture that is gone", async () => {
  const body = Readable.from(
    (async function* () {
      yield Buffer.from("the ");
      throw new Error("ECONNRESET");
    })(),
  );
  const opened = { body, etag: "", sizeBytes: 11, mediaType: "image/png", metadata: {} };
  const source = await openPicture({ open: async () => opened }, picture, {
    etag: undefined,
    signal: never,
  });
  await assert.rejects(Array.fromAsync(source), { reason: "StorageUnavailable" });
  assert.equal(body.destroyed, true);
});
