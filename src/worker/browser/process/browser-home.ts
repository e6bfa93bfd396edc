import { chown, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readProcessStat } from "./process-table.ts";

const prefix = "stills-browser-";

/** The folders of one running browser; they belong to the uid it runs under. */
export interface BrowserHome {
  readonly folder: string;
  readonly homeFolder: string;
  readonly temporaryFolder: string;
  readonly profileFolder: string;
}

/** Makes the folders of a browser below `parentFolder`, owned by `uid` where one is given. */
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

/** Chromium may still write while it dies, so a folder that was just emptied is emptied again. */
export async function removeBrowserHome(home: BrowserHome): Promise<void> {
  await rm(home.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/**
 * Removes the folders below `parentFolder` whose process is gone (it was killed and could not tidy up). Returns how many.
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
      // Somebody else's: another user of this machine runs Stills, too.
      () => undefined,
    );
  }
  return removed;
}

/** A pid comes back after a restart of a container; together with its start time it does not. */
async function ownStamp(): Promise<string> {
  const own = await readProcessStat(process.pid);
  return `${process.pid}-${own?.startTicks ?? 0}`;
}
