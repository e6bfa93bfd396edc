import { chown, mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RoleProcess } from "../../support/installation/role-process.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
/** No distribution uses it. */
const otherUID = 10_054;

/** The folders of a container for browsers that is played by a process: where it meets the worker, and its own. */
export interface ContainerFolders extends AsyncDisposable {
  sockets: string;
  uid: number | undefined;
  startLauncher(settings?: Record<string, string>): Promise<LauncherProcess>;
}

/** A folder for the sockets, which the launcher may enter and not write to, and what the launcher keeps between its starts. */
export async function containerFolders(): Promise<ContainerFolders> {
  await using unfinished = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "stills-pod-"));
  unfinished.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const uid = await uidOfLauncher();
  const sockets = join(folder, "sockets");
  const browsers = join(folder, "browsers");
  await mkdir(sockets, { mode: 0o755 });
  await mkdir(browsers, { mode: 0o755 });
  if (uid !== undefined) {
    await chown(folder, uid, uid);
    await chown(browsers, uid, uid);
  }
  const stack = unfinished.move();
  return {
    sockets,
    uid,
    startLauncher: async (settings = {}) =>
      stack.use(
        await LauncherProcess.start(uid, {
          STILLS_BROWSER_SOCKETS_DIR: sockets,
          STILLS_BROWSER_CACHE_DIR: browsers,
          // The user is not in the list of users.
          HOME: browsers,
          ...settings,
        }),
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** `stills worker browser`, as in the container of a browser. */
export class LauncherProcess extends RoleProcess {
  static async start(
    uid: number | undefined,
    environment: Record<string, string>,
  ): Promise<LauncherProcess> {
    const spawned = await RoleProcess.spawn({
      ...{ role: "worker", words: ["browser"], uid, environment, secrets: {} },
    });
    return new LauncherProcess(...spawned);
  }
}

/** One line of `/proc/<pid>/status`. */
export async function statusOf(pid: number, field: string): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return new RegExp(`^${field}:\\s+(\\S+)`, "m").exec(text)?.[1];
}

/** Another user than the test's, if the test may change to one who can read this repository; else its own. */
async function uidOfLauncher(): Promise<number | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (let folder = repository; ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return undefined;
    if (folder === dirname(folder)) return otherUID;
  }
}
