import assert from "node:assert/strict";
import { test } from "node:test";
import { readPictureLink, signPictureLink } from "./picture-link.ts";

const link = { key: "artifacts/a/b/1.png", mediaType: "image/png", expires: 1_000 };

test("a link is read back until it expires", () => {
  const text = signPictureLink(link, "secret");
  assert.match(text, /^[\w-]+\.[\w-]+$/);
  assert.deepEqual(readPictureLink(text, "secret", 999_999), link);
  assert.equal(readPictureLink(text, "secret", 1_000_000), undefined);
});

test("an altered link, another secret and rubbish are refused", () => {
  const [payload, signature] = signPictureLink(link, "secret").split(".");
  const other = Buffer.from(JSON.stringify({ ...link, key: "artifacts/a/c/1.png" }));
  for (const text of [
    `${other.toString("base64url")}.${signature}`,
    `${payload}.${signature}x`,
    `${payload}`,
    `${payload}.${signature}.x`,
    "",
    ".",
  ])
    assert.equal(readPictureLink(text, "secret", 0), undefined, text);
  assert.equal(readPictureLink(`${payload}.${signature}`, "another", 0), undefined);
});
