import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { MemoryCgroup } from "./memory-cgroup.ts";

const gibibyte = 1024 ** 3;

suite("the memory of a container", () => {
  test("is read from a cgroup of version 2, without the files that the kernel gives up first", async () => {
    await using folder = await cgroup({
      "memory.max": `${2 * gibibyte}\n`,
      "memory.current": "1500\n",
      "memory.stat": "anon 900\nfile 600\ninactive_file 500\nactive_file 100\n",
    });
    const found = await MemoryCgroup.find(folder.path);
    assert.equal(found?.limitBytes, 2 * gibibyte);
    assert.equal(await found.usedBytes(), 1000);
  });

  test("is read from a cgroup of version 1, with everything below it", async () => {
    await using folder = await cgroup({
      "memory/memory.limit_in_bytes": `${gibibyte}\n`,
      "memory/memory.usage_in_bytes": "1500\n",
      "memory/memory.stat": "inactive_file 7\ntotal_inactive_file 500\n",
    });
    const found = await MemoryCgroup.find(folder.path);
    assert.equal(found?.limitBytes, gibibyte);
    assert.equal(await found.usedBytes(), 1000);
  });

  test("has no limit where the kernel says so, in the words of either version", async () => {
    await using second = await cgroup({ "memory.max": "max\n" });
    assert.equal(await MemoryCgroup.find(second.path), undefined);
    await using first = await cgroup({ "memory/memory.limit_in_bytes": "9223372036854771712\n" });
    assert.equal(await MemoryCgroup.find(first.path), undefined);
    await using none = await cgroup({});
    assert.equal(await MemoryCgroup.find(none.path), undefined);
  });
});

async function cgroup(files: Record<string, string>): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "stills-cgroup-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
