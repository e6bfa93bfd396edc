import { chmod, writeFile } from "node:fs/promises";

/** Writes a file that only its user may read, also where it exists with other rights. */
export async function writePrivate(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  await chmod(path, 0o600);
}
