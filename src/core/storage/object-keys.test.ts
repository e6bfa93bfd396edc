import assert from "node:assert/strict";
import { test } from "node:test";
import {
  artifactKey,
  contentKey,
  extensionOf,
  formatOfMediaType,
  isArtifactKey,
  mediaTypeOf,
  sliceKey,
  storedKey,
} from "./object-keys.ts";

test("the picture of an attempt has a place of its own", () => {
  const name = { namespace: "marketing", uid: "u-1", attempt: 2 };
  assert.equal(artifactKey({ ...name, format: "PNG" }), "artifacts/marketing/u-1/2.png");
  assert.equal(artifactKey({ ...name, format: "JPEG" }), "artifacts/marketing/u-1/2.jpg");
  assert.equal(artifactKey({ ...name, format: "WebP" }), "artifacts/marketing/u-1/2.webp");
});

test("what lies beside a picture is named after it, whatever its extension", () => {
  const name = { namespace: "marketing", uid: "u-1", attempt: 2 };
  for (const format of ["PNG", "MP4"] as const) {
    const key = artifactKey({ ...name, format });
    assert.equal(isArtifactKey(key, name), true);
    assert.equal(contentKey(key, "HTML"), "artifacts/marketing/u-1/2.html");
    assert.equal(sliceKey(key, 3), `artifacts/marketing/u-1/2.slice-3.${extensionOf(format)}`);
  }
});

test("the copy for storage.path stays below the job's namespace", () => {
  assert.equal(
    storedKey("marketing", "pricing/today", "PNG"),
    "stored/marketing/pricing/today.png",
  );
});

test("formats, extensions and media types fit each other", () => {
  for (const format of ["PNG", "JPEG", "WebP"] as const)
    assert.equal(formatOfMediaType(mediaTypeOf(format)), format);
  assert.equal(extensionOf("JPEG"), "jpg");
  assert.equal(formatOfMediaType("text/html"), undefined);
});
