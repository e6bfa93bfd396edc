import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Where below a shared folder (/tmp) copied and unpacked browsers stay for the next start. It may not be there yet. */
export function browserStorePath(parentFolder: string): string {
  return join(parentFolder, `stills-browsers-${process.getuid?.() ?? 0}`);
}

/** The store below a shared folder, made if it is not there; see `ensureBrowserStore`. */
export async function openBrowserStore(parentFolder: string): Promise<string> {
  const folder = browserStorePath(parentFolder);
  await ensureBrowserStore(folder);
  return folder;
}

/**
 * Makes the store if it is not there. Everybody may read it, only we may write it.
 * @throws Error when somebody else made a folder of that name: what lies there would be a browser of their making.
 */
export async function ensureBrowserStore(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const found = await stat(folder);
  if (found.uid !== (process.getuid?.() ?? 0) || (found.mode & 0o022) !== 0)
    throw new Error(
      `${folder} belongs to another user or others may write to it; remove it, or set TMPDIR to a folder of your own`,
    );
}
