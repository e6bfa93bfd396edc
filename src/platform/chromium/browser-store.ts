import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * The folder below a shared one (/tmp) in which copied and unpacked browsers stay for the next start. Everybody may read
 * it, only we may write it.
 * @throws Error when somebody else made a folder of that name: what lies there would be a browser of their making.
 */
export async function openBrowserStore(parentFolder: string): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const folder = join(parentFolder, `stills-browsers-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const found = await stat(folder);
  if (found.uid !== uid || (found.mode & 0o022) !== 0)
    throw new Error(
      `${folder} belongs to another user or others may write to it; remove it, or set TMPDIR to a folder of your own`,
    );
  return folder;
}
