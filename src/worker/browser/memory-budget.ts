import { readFile } from "node:fs/promises";

interface MemoryBudget {
  /** A browser above this is replaced after its captures have ended. */
  recycleAboveBytes: number;
  /** When all browsers together are above this, the largest page is killed. */
  endPagesAboveBytes: number;
}

const gibibyte = 1024 ** 3;

/** For a container without a limit: more than the pages of a few slots need. */
const budgetWithoutLimit: MemoryBudget = {
  recycleAboveBytes: 3 * gibibyte,
  endPagesAboveBytes: 4 * gibibyte,
};

/**
 * Memory limits of browsers, from the container's memory limit (cgroup v2). Six tenths leave room for the old and the new
 * browser side by side; above eight tenths the kernel may soon kill the whole pod.
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
