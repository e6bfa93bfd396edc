import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { projectDirectory } from "../../../src/local/project-directory.ts";

/** A project with nothing but the launcher and, perhaps, a Node.js that is a shell script; npm itself runs on Node.js 20. */
async function launchWith(packagedNode: string | undefined): Promise<[number | null, string]> {
  const folder = await mkdtemp(join(tmpdir(), "stills-launch-"));
  try {
    await mkdir(join(folder, "scripts"));
    const launcher = join(folder, "scripts", "launch.cjs");
    await copyFile(join(projectDirectory, "scripts", "launch.cjs"), launcher);
    const old = join(folder, "old.cjs");
    await writeFile(old, `Object.defineProperty(process, "version", { value: "v20.19.2" });`);
    if (packagedNode !== undefined) {
      await mkdir(join(folder, "node_modules", "pino"), { recursive: true });
      const bin = join(folder, "node_modules", `node-linux-${process.arch}`, "bin");
      await mkdir(bin, { recursive: true });
      await writeFile(join(bin, "node"), `#!/bin/sh\n${packagedNode}\n`, { mode: 0o755 });
    }
    const outcome = spawnSync(process.execPath, ["--require", old, launcher, "start", "a", "b"], {
      encoding: "utf8",
    });
    return [outcome.status, outcome.stdout + outcome.stderr];
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("without packages, the launcher says to run npm ci", async () => {
  const [status, said] = await launchWith(undefined);
  assert.deepEqual([status, said], [1, "The packages are not installed: run `npm ci` first.\n"]);
});

test("the error for a missing system library names its package", async () => {
  const [status, said] = await launchWith(
    "echo 'node: error while loading shared libraries: libatomic.so.1: cannot open shared object file' >&2; exit 127",
  );
  assert.equal(status, 1);
  assert.match(
    said,
    /This is v20\.19\.2, .*libatomic\.so\.1: install it with `apt-get install libatomic1`/,
  );
});

test("the error for a Node.js that is too old names the required version", async () => {
  const [status, said] = await launchWith("echo v24.11.0");
  assert.equal(status, 1);
  assert.match(said, /it is v24\.11\.0, and Stills needs 24\.12 or newer/);
});

test("a Node.js that runs gets the arguments, and its exit code is the launcher's", async () => {
  const [status, said] = await launchWith(
    // The lists for blocking are prepared before.
    'case "$1" in --version) echo v26.10.0 ;; src/main.ts) echo "$@"; exit 7 ;; esac',
  );
  assert.deepEqual([status, said], [7, "src/main.ts local a b\n"]);
});
