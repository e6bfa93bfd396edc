import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const timeoutMilliseconds = 300_000;

/** A package that is no dependency: its files are wanted, and its size would be for every `npm ci`. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** As in a lockfile, SHA-512. */
  readonly integrity: string;
}

/**
 * Unpacks a package into a folder and returns the folder of its files. Its dependencies stay where they are, and no code of it is run.
 * @throws when the bytes are not those that were pinned
 */
export async function fetchPackage(
  { name, version, integrity }: PinnedPackage,
  folder: string,
): Promise<string> {
  await npm(["pack", `${name}@${version}`, "--silent", "--ignore-scripts"], folder);
  const archive = (await readdir(folder)).find((entry) => entry.endsWith(".tgz"));
  if (archive === undefined) throw new Error(`npm did not bring ${name}@${version}`);
  const path = join(folder, archive);
  const found = createHash("sha512")
    .update(await readFile(path))
    .digest("base64");
  if (`sha512-${found}` !== integrity)
    throw new Error(`${name}@${version} does not have the pinned checksum`);
  await run("tar", ["-xzf", path, "-C", folder], { timeout: timeoutMilliseconds });
  return join(folder, "package");
}

async function npm(words: string[], folder: string): Promise<void> {
  const options = { cwd: folder, timeout: timeoutMilliseconds };
  const script = process.env["npm_execpath"];
  if (script?.endsWith(".js") === true) await run(process.execPath, [script, ...words], options);
  else await run("npm", words, options);
}
