import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { access, cp, mkdtemp, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { ensureBrowserStore } from "./browser-store.ts";

const execute = promisify(execFile);

export interface ReadableBrowser {
  path: string;
  /** The browser was copied because it lies where the uid may not look. */
  copied: boolean;
}

/**
 * A path of the browser that `uid` can start: the browser itself, or a copy of its folder in `browserStore` where one of
 * the folders above it is closed to others (a cache in root's home is). The copy stays for the next start.
 */
export async function makeReadable(
  path: string,
  uid: number,
  browserStore: string,
): Promise<ReadableBrowser> {
  const real = await realpath(path);
  if (await mayStart(real, uid)) return { path: real, copied: false };
  await ensureBrowserStore(browserStore);
  await requireReachable(browserStore, uid);
  const source = dirname(real);
  const { mtimeMs, size } = await stat(real);
  const name = createHash("sha256").update(`${real}:${mtimeMs}:${size}`).digest("hex").slice(0, 16);
  const target = join(browserStore, `browser-${name}`);
  if (!(await exists(target))) await copyFolderOf(source, browserStore, target);
  return { path: join(target, basename(real)), copied: true };
}

async function copyFolderOf(source: string, browserStore: string, target: string): Promise<void> {
  const fresh = await mkdtemp(join(browserStore, "copying-"));
  try {
    await cp(source, fresh, { recursive: true, dereference: true });
    await execute("chmod", ["-R", "u=rwX,go=rX", fresh]);
    await rename(fresh, target);
  } catch (thrown) {
    await rm(fresh, { recursive: true, force: true });
    // Another process was faster.
    if (await exists(target)) return;
    throw new Error(
      `The browser in ${source} could not be copied to ${browserStore}, where the unprivileged user can read it; free some room there or install Debian's package chromium-headless-shell`,
      { cause: thrown },
    );
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** @throws Error with what to do, when the uid cannot get at what is in the folder. */
export async function requireReachable(folder: string, uid: number): Promise<void> {
  if (await mayEnter(await realpath(folder), uid)) return;
  throw new Error(
    `${folder} is closed to the unprivileged user (uid ${uid}) that the browser runs under; set TMPDIR to a folder that everybody may enter, such as /tmp`,
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

/** The three permission bits that count for a user who is in no group of the file. */
function permits(entry: { uid: number; mode: number }, uid: number, wanted: number): boolean {
  const bits = entry.uid === uid ? entry.mode >> 6 : entry.mode;
  return (bits & wanted) === wanted;
}
