import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { findFfmpeg } from "./find-ffmpeg.ts";

let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), "stills-test-ffmpeg-"));
  for (const [folder, mode] of [
    ["first", 0o644],
    ["second", 0o755],
    ["cache", 0o755],
  ] as const) {
    await mkdir(join(root, folder));
    await writeFile(join(root, folder, "ffmpeg"), "#!/bin/sh\n", { mode });
  }
});
after(() => rm(root, { recursive: true, force: true }));

const folder = (name: string): string => join(root, name);

test("the configured one counts, and has to be a program", () => {
  const others = { searchPath: folder("second"), cacheFolder: folder("cache") };
  const configuredPath = join(folder("cache"), "ffmpeg");
  assert.equal(findFfmpeg({ configuredPath, ...others }), configuredPath);
  assert.throws(
    () => findFfmpeg({ configuredPath: join(folder("first"), "ffmpeg"), ...others }),
    /^Error: STILLS_FFMPEG_PATH is ".*\/first\/ffmpeg", which this process cannot start; set it/,
  );
});

test("else the first program on PATH, else the one that was fetched, else none", () => {
  const searchPath = `${folder("first")}:${folder("second")}`;
  assert.equal(
    findFfmpeg({ searchPath, cacheFolder: folder("cache") }),
    join(folder("second"), "ffmpeg"),
  );
  const fetched = findFfmpeg({ searchPath: folder("first"), cacheFolder: folder("cache") });
  assert.equal(fetched, join(folder("cache"), "ffmpeg"));
  assert.equal(findFfmpeg({ searchPath: "", cacheFolder: folder("none") }), undefined);
});
