import { MemoryCgroup } from "./memory-cgroup.ts";

export interface MemoryBudget {
  /** A browser above this is replaced after its captures have ended. */
  recycleAboveBytes: number;
  /** When all browsers together are above this, the largest page is killed. */
  endPagesAboveBytes: number;
}

const gibibyte = 1024 ** 3;

/** Without a limit: more than the pages of a few slots need. */
const budgetWithoutLimit: MemoryBudget = {
  recycleAboveBytes: 3 * gibibyte,
  endPagesAboveBytes: 4 * gibibyte,
};

/** Memory limits of browsers, from the limit of the container. */
export async function browserMemoryBudget(): Promise<MemoryBudget> {
  const cgroup = await MemoryCgroup.find();
  return cgroup === undefined ? budgetWithoutLimit : memoryBudgetWithin(cgroup.limitBytes);
}

/**
 * Six tenths of the memory leave room for the old and the new browser side by side; above eight tenths the kernel may soon kill the
 * whole container.
 */
export function memoryBudgetWithin(limitBytes: number): MemoryBudget {
  return {
    recycleAboveBytes: Math.min(budgetWithoutLimit.recycleAboveBytes, limitBytes * 0.6),
    endPagesAboveBytes: Math.min(budgetWithoutLimit.endPagesAboveBytes, limitBytes * 0.8),
  };
}
