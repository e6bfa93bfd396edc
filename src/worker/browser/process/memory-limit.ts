import { readFile } from "node:fs/promises";

export interface MemoryBudget {
  /** A browser that holds more is replaced as soon as that can be done in peace. */
  recycleAboveBytes: number;
  /** When the browsers hold more, the largest page is ended at once. */
  endPagesAboveBytes: number;
}

const gibibyte = 1024 ** 3;

/** Where no limit is set: no pages of a few slots need as much. */
const budgetWithoutLimit: MemoryBudget = {
  recycleAboveBytes: 3 * gibibyte,
  endPagesAboveBytes: 4 * gibibyte,
};

/**
 * What browsers may hold, by the container's memory limit (cgroup v2). Six tenths leave room for the old and the new
 * browser side by side; at eight tenths a runaway page is near to having the kernel kill the whole pod.
 */
export async function browserMemoryBudget(): Promise<MemoryBudget> {
  const text = await readFile("/sys/fs/cgroup/memory.max", "utf8").catch(() => "max");
  const limitBytes = Number(text.trim());
  if (!Number.isFinite(limitBytes) || limitBytes <= 0) return budgetWithoutLimit;
  return {
    recycleAboveBytes: Math.min(budgetWithoutLimit.recycleAboveBytes, limitBytes * 0.6),
    endPagesAboveBytes: Math.min(budgetWithoutLimit.endPagesAboveBytes, limitBytes * 0.8),
  };
}
