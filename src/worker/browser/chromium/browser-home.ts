import { chown, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readProcessStat } from "./process-table.ts";

const prefix = "stills-browser-";

/** The folders of one running browser, owned by the uid it runs under. */
export interface BrowserHome {
  readonly folder: string;
  readonly homeFolder: string;
  readonly temporaryFolder: string;
  readonly profileFolder: string;
}

/** Creates the folders of a browser below `parentFolder`, owned by `uid` if one is given. */
export async function createBrowserHome(parentFolder: string, uid?: number): Promise<BrowserHome> {
  const owner = await ownStamp();
  const folder = await mkdtemp(join(parentFolder, `${prefix}${owner}-`));
  const home: BrowserHome = {
    folder,
    homeFolder: join(folder, "home"),
    temporaryFolder: join(folder, "tmp"),
    profileFolder: join(folder, "profile"),
  };
  for (const each of [home.homeFolder, home.temporaryFolder, home.profileFolder]) {
    await mkdir(each, { mode: 0o700 });
    if (uid !== undefined) await chown(each, uid, uid);
  }
  if (uid !== undefined) await chown(folder, uid, uid);
  return home;
}

/** Removes the folders. Chromium may still write while it ends, so removal is retried. */
export async function removeBrowserHome(home: BrowserHome): Promise<void> {
  await rm(home.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/**
 * Removes the folders below `parentFolder` whose worker has ended: one that was killed could not remove them.
 * Returns how many.
 */
export async function sweepBrowserHomes(parentFolder: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(parentFolder)) {
    const match = /^stills-browser-(\d+)-(\d+)-/.exec(name);
    if (match === null) continue;
    const [, pid, startTicks] = match;
    const process = await readProcessStat(Number(pid));
    if (process !== undefined && process.startTicks === Number(startTicks)) continue;
    await rm(join(parentFolder, name), { recursive: true, force: true }).then(
      () => (removed += 1),
      // It belongs to another user of this machine who runs Stills, too.
      () => undefined,
    );
  }
  return removed;
}

/** Names a process for good: a pid alone is used again after a restart of a container. */
async function ownStamp(): Promise<string> {
  const own = await readProcessStat(process.pid);
  return `${process.pid}-${own?.startTicks ?? 0}`;
}
