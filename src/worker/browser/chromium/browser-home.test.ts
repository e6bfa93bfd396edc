import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createBrowserHome, removeBrowserHome, sweepBrowserHomes } from "./browser-home.ts";

test("the sweep removes the folders of processes that have ended, and no others", async () => {
  const parent = await mkdtemp(join(tmpdir(), "stills-test-sweep-"));
  const alive = await createBrowserHome(parent);
  // Our own pid, but of a process that started at another time: a container that was started again.
  const earlier = join(parent, `stills-browser-${process.pid}-1-abcdef`);
  const unrelated = join(parent, "stills-browsers-0");
  await mkdir(join(earlier, "profile"), { recursive: true });
  await mkdir(unrelated);

  const removed = await sweepBrowserHomes(parent);

  assert.equal(removed, 1);
  assert.equal(existsSync(earlier), false);
  assert.equal(existsSync(alive.profileFolder), true);
  assert.equal(existsSync(unrelated), true);
  await removeBrowserHome(alive);
  assert.equal(existsSync(alive.folder), false);
  await rm(parent, { recursive: true });
});
