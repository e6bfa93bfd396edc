import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

interface ProcessStat {
  pid: number;
  parentPID: number;
  groupID: number;
  /** Start time in clock ticks since boot; together with the pid it identifies a process. */
  startTicks: number;
  residentBytes: number;
  /** Ended, and not yet waited for by its parent. */
  zombie: boolean;
}

const pageBytes = 4096;

/** One line of /proc, or undefined when there is no such process. Fields as in proc_pid_stat(5). */
export async function readProcessStat(pid: number): Promise<ProcessStat | undefined> {
  return statOf(pid);
}

/** Synchronous: the kernel answers from memory in 10 µs, and a promise would take ten times as long. */
function statOf(pid: number): ProcessStat | undefined {
  const text = readStat(pid);
  if (text === undefined) return undefined;
  // The second field is a name in parentheses that may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid,
    parentPID: field(4),
    groupID: field(5),
    startTicks: field(22),
    residentBytes: field(24) * pageBytes,
    zombie: fields[0] === "Z",
  };
}

function readStat(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
}

/** The running processes of a process group; each browser leads one. */
export async function processesOfGroup(groupID: number): Promise<ProcessStat[]> {
  const names = await readdir("/proc");
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  return pids
    .map(statOf)
    .filter((stat) => stat !== undefined)
    .filter((stat) => stat.groupID === groupID && !stat.zombie);
}

/**
 * Memory of the processes in bytes: PSS, which counts shared pages once, if the kernel lets us read it (same uid and dumpable,
 * or root); otherwise the resident size, which counts them in every process.
 */
export async function memoryOf(processes: readonly ProcessStat[]): Promise<number> {
  const sizes = await Promise.all(processes.map(memoryOfOne));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The renderer with the most memory; undefined if there is no renderer. */
export async function largestRenderer(
  processes: readonly ProcessStat[],
): Promise<{ pid: number; memoryBytes: number } | undefined> {
  const renderers = await Promise.all(
    processes.map(async (process) => ({
      pid: process.pid,
      memoryBytes: (await isRenderer(process.pid)) ? await memoryOfOne(process) : -1,
    })),
  );
  const [largest] = renderers.toSorted((left, right) => right.memoryBytes - left.memoryBytes);
  return largest === undefined || largest.memoryBytes < 0 ? undefined : largest;
}

async function memoryOfOne({ pid, residentBytes }: ProcessStat): Promise<number> {
  return (await readPSS(pid)) ?? residentBytes;
}

async function isRenderer(pid: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return commandLine.includes("--type=renderer");
}

async function readPSS(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  const match = /^Pss:\s+(\d+) kB$/m.exec(text);
  return match === null ? undefined : Number(match[1]) * 1024;
}
