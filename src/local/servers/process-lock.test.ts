import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ProcessLock } from "./process-lock.ts";

test("a lock is held once, tells its holder, and is free after it or when the holder is gone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stills-lock-"));
  const path = join(folder, "lock");
  try {
    const lock = await ProcessLock.tryAcquire(path);
    assert.ok(lock instanceof ProcessLock);
    assert.equal(await ProcessLock.tryAcquire(path), process.pid);
    await lock[Symbol.asyncDispose]();

    // The process id lives, but it is another process: it did not start at tick 1.
    await writeFile(path, `${process.pid} 1`);
    assert.equal(await ProcessLock.holderOf(path), undefined);
    const again = await ProcessLock.tryAcquire(path);
    assert.ok(again instanceof ProcessLock);
    assert.equal(await ProcessLock.holderOf(path), process.pid);
  } finally {
    await rm(folder, { recursive: true });
  }
});
