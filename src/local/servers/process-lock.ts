import { open, readFile, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const pollMilliseconds = 500;

/** A lock file that names its holder. A file that a dead process left behind counts as free. */
export class ProcessLock implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Waits until this process has the lock; calls `onWait` once if another one holds it. */
  static async acquire(
    path: string,
    signal: AbortSignal,
    onWait: () => void,
  ): Promise<ProcessLock> {
    let isWaiting = false;
    for (;;) {
      const lock = await ProcessLock.tryAcquire(path);
      if (lock instanceof ProcessLock) return lock;
      if (!isWaiting) onWait();
      isWaiting = true;
      await delay(pollMilliseconds, undefined, { signal });
    }
  }

  /** The lock, or the process id of its holder. */
  static async tryAcquire(path: string): Promise<ProcessLock | number> {
    for (;;) {
      if (await create(path)) return new ProcessLock(path);
      const holder = await ProcessLock.holderOf(path);
      if (holder !== undefined) return holder;
      await rm(path, { force: true });
    }
  }

  /** The process id of the live holder; undefined if there is none. */
  static async holderOf(path: string): Promise<number | undefined> {
    const identity = await readFile(path, "utf8").catch(() => "");
    const holder = Number(identity.split(" ", 1)[0]);
    return holder > 0 && identityOf(holder) === identity ? holder : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.write(identityOf(process.pid) ?? String(process.pid));
    await file.close();
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw thrown;
  }
}

/** Process id and, since ids are reused, the start time in clock ticks (field 22 of proc_pid_stat(5)); undefined if it has ended. */
function identityOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${pid} ${fields[19]}`;
  } catch {
    return undefined;
  }
}
