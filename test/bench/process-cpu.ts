import { readdir, readFile } from "node:fs/promises";

/** Name of a process or a group of processes → CPU time so far, in milliseconds. */
export type CPUTimes = Map<string, number>;

interface ProcessTimes {
  pid: number;
  parentPID: number;
  ownMilliseconds: number;
  /** Of children that have ended and were waited for. */
  endedMilliseconds: number;
}

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const millisecondsPerTick = 10;

/**
 * The CPU time of processes and their descendants. Browser processes are named by their type; a renderer that has exited counts
 * as part of the zygote that waited for it.
 */
export async function cpuTimes(roots: Record<string, number[]>): Promise<CPUTimes> {
  const all = await processTimes();
  const times: CPUTimes = new Map();
  const add = (name: string, milliseconds: number): void => {
    times.set(name, (times.get(name) ?? 0) + milliseconds);
  };
  for (const [name, pids] of Object.entries(roots))
    for (const { pid, ownMilliseconds, endedMilliseconds } of all) {
      if (!pids.includes(pid)) continue;
      add(name, ownMilliseconds);
      // A browser that was recycled meanwhile.
      if (endedMilliseconds > 0) add("chromium ended", endedMilliseconds);
      for (const descendant of descendantsOf(pid, all))
        add(
          `chromium ${await browserPart(descendant.pid)}`,
          descendant.ownMilliseconds + descendant.endedMilliseconds,
        );
    }
  return times;
}

function descendantsOf(pid: number, all: readonly ProcessTimes[]): ProcessTimes[] {
  const children = all.filter((each) => each.parentPID === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, all)]);
}

/** The type that Chromium gives its child processes; its first process has none. */
async function browserPart(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const type = /--type=([\w-]+)/.exec(line)?.[1];
  if (type === "renderer" || type === "zygote") return "renderers";
  return /--utility-sub-type=([\w.]+)/.exec(line)?.[1]?.split(".")[0] ?? type ?? "main";
}

/** Fields as in proc_pid_stat(5). */
async function processTimes(): Promise<ProcessTimes[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")),
  );
  return texts
    .filter((text) => text !== "")
    .map((text) => {
      // The second field is a name in parentheses that may itself hold spaces and parentheses.
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      const field = (number: number): number => Number(fields[number - 3]);
      return {
        pid: Number.parseInt(text, 10),
        parentPID: field(4),
        ownMilliseconds: (field(14) + field(15)) * millisecondsPerTick,
        endedMilliseconds: (field(16) + field(17)) * millisecondsPerTick,
      };
    });
}
