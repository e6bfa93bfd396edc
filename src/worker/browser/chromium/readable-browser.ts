import { createHash } from "node:crypto";
import { cp, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cachedFolder, ensureBrowserCache } from "./browser-cache.ts";

interface ReadableBrowser {
  path: string;
  /** Whether the browser was copied, because the uid may not read the original. */
  copied: boolean;
}

/**
 * A path of the browser that `uid` can start: the browser itself, or a copy of its folder in `browserCache` if one of the
 * folders above it is closed to others, such as root's home. The copy is kept for the next start.
 */
export async function makeReadable(
  path: string,
  uid: number,
  browserCache: string,
): Promise<ReadableBrowser> {
  const real = await realpath(path);
  if (await mayStart(real, uid)) return { path: real, copied: false };
  await ensureBrowserCache(browserCache);
  await requireReachable(browserCache, uid);
  const source = dirname(real);
  const { mtimeMs, size } = await stat(real);
  const name = createHash("sha256").update(`${real}:${mtimeMs}:${size}`).digest("hex").slice(0, 16);
  const fill = (folder: string): Promise<void> =>
    cp(source, folder, { recursive: true, dereference: true });
  const copy = await cachedFolder(browserCache, `browser-${name}`, fill).catch(
    (thrown: unknown) => {
      throw new Error(
        `The browser in ${source} could not be copied to ${browserCache}, where the unprivileged user can read it; free some room there or install Debian's package chromium-headless-shell`,
        { cause: thrown },
      );
    },
  );
  return { path: join(copy, basename(real)), copied: true };
}

/** @throws Error that says what to do, when the uid may not enter the folder */
export async function requireReachable(folder: string, uid: number): Promise<void> {
  if (await mayEnter(await realpath(folder), uid)) return;
  throw new Error(
    `${folder} is closed to the unprivileged user (uid ${uid}) that the browser runs under; set TMPDIR to a folder that all users may enter, such as /tmp`,
  );
}

async function mayStart(path: string, uid: number): Promise<boolean> {
  return permits(await stat(path), uid, 0o5) && (await mayEnter(dirname(path), uid));
}

async function mayEnter(innermost: string, uid: number): Promise<boolean> {
  for (let folder = innermost; ; folder = dirname(folder)) {
    if (!permits(await stat(folder), uid, 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Checks the permission bits that apply to a user who is in no group of the file. */
function permits(entry: { uid: number; mode: number }, uid: number, wanted: number): boolean {
  const bits = entry.uid === uid ? entry.mode >> 6 : entry.mode;
  return (bits & wanted) === wanted;
}
