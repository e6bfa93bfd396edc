import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { makeReadable } from "./readable-browser.ts";

const someoneElse = 10_053;

async function browserIn(folderMode: number) {
  const root = await mkdtemp(join(tmpdir(), "stills-test-readable-"));
  await chmod(root, 0o755);
  const folder = join(root, "closed", "browser");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "chromium"), "#!/bin/sh\n", { mode: 0o755 });
  await writeFile(join(folder, "resources.pak"), "resources", { mode: 0o600 });
  await chmod(join(root, "closed"), folderMode);
  return {
    root,
    path: join(folder, "chromium"),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

test("a browser that all users can start is not copied", async () => {
  await using browser = await browserIn(0o755);

  const readable = await makeReadable(browser.path, someoneElse, browser.root);

  assert.deepEqual(readable, { path: browser.path, copied: false });
});

test("a browser in a closed folder is copied, with its files, to where others can read it", async () => {
  await using browser = await browserIn(0o700);

  const first = await makeReadable(browser.path, someoneElse, browser.root);
  const second = await makeReadable(browser.path, someoneElse, browser.root);

  assert.equal(first.copied, true);
  assert.deepEqual(second, first);
  const resources = join(dirname(first.path), "resources.pak");
  assert.equal(await readFile(resources, "utf8"), "resources");
  assert.equal((await stat(resources)).mode & 0o777, 0o644);
  assert.equal((await stat(first.path)).mode & 0o777, 0o755);
  assert.equal((await stat(dirname(first.path))).mode & 0o777, 0o755);
});

test("a cache that the user cannot enter is refused, with what to do", async () => {
  await using browser = await browserIn(0o700);
  const store = join(browser.root, "closed", "store");

  await assert.rejects(makeReadable(browser.path, someoneElse, store), /set TMPDIR to/);
});

test("a cache that others may write to is refused", async () => {
  await using browser = await browserIn(0o700);
  await chmod(browser.root, 0o777);

  await assert.rejects(makeReadable(browser.path, someoneElse, browser.root), /remove it/);
});
