import { readFile } from "node:fs/promises";

/** Where no limit is set: no page set of a few slots needs as much. */
const memoryWithoutLimitBytes = 3 * 1024 ** 3;

/**
 * What one browser may hold before it is replaced, in bytes: six tenths of the container's memory limit (cgroup v2), so
 * that the old and the new browser and this process fit below it while they overlap.
 */
export async function browserMemoryBudget(): Promise<number> {
  const text = await readFile("/sys/fs/cgroup/memory.max", "utf8").catch(() => "max");
  const limitBytes = Number(text.trim());
  if (!Number.isFinite(limitBytes) || limitBytes <= 0) return memoryWithoutLimitBytes;
  return Math.min(memoryWithoutLimitBytes, limitBytes * 0.6);
}
