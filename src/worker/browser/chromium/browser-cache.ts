import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The folder below a shared one (/tmp) that keeps copied and unpacked browsers for the next start. It may not exist yet. */
export function browserCacheFolder(parentFolder: string): string {
  return join(parentFolder, `stills-browsers-${process.getuid?.() ?? 0}`);
}

/**
 * Creates the cache folder if it does not exist: readable by all users, writable by us.
 * @throws Error when another user owns the folder or may write to it, and so could plant a browser there
 */
export async function ensureBrowserCache(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const found = await stat(folder);
  if (found.uid !== (process.getuid?.() ?? 0) || (found.mode & 0o022) !== 0)
    throw new Error(
      `${folder} belongs to another user or others may write to it; remove it, or set TMPDIR to a folder of your own`,
    );
}

/**
 * Returns the folder `name` of the cache. If it does not exist, `fill` fills a temporary folder, which is then made readable for
 * all users and renamed: other processes see the folder complete or not at all.
 *
 * @throws what `fill` throws, unless another process has created the folder meanwhile
 */
export async function cachedFolder(
  browserCache: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(browserCache, name);
  if (await exists(folder)) return folder;
  const temporary = await mkdtemp(join(browserCache, "incomplete-"));
  try {
    await fill(temporary);
    await execute("chmod", ["-R", "u=rwX,go=rX", temporary]);
    await rename(temporary, folder);
  } catch (thrown) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await exists(folder))) throw thrown;
  }
  return folder;
}

/** Whether a file or folder exists. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
