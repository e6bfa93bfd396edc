import { open, readFile, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const pollMilliseconds = 500;

/** A lock file with the holder's process id; one left behind by a process that is gone counts as free. */
export class BuildLock implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Waits until the lock is ours; `onWait` is called once when that is not at once. */
  static async take(path: string, signal: AbortSignal, onWait: () => void): Promise<BuildLock> {
    let isWaiting = false;
    while (!(await tryToTake(path))) {
      if (!isWaiting) onWait();
      isWaiting = true;
      await delay(pollMilliseconds, undefined, { signal });
    }
    return new BuildLock(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

async function tryToTake(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.write(String(process.pid));
    await file.close();
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
  }
  const holder = Number(await readFile(path, "utf8").catch(() => ""));
  if (holder > 0 && !isAlive(holder)) await rm(path, { force: true });
  return false;
}

/** Whether there is such a process, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}
