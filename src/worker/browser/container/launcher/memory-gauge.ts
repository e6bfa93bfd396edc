import type { MemoryUse } from "../../chromium/out-of-memory.ts";
import type { LocalBrowserProcess } from "../../chromium/local-browser-process.ts";
import { MemoryCgroup } from "../../memory-cgroup.ts";

/** Says how much of its memory a container, or a machine's share for browsers, has left. */
export interface MemoryGauge {
  readonly limitBytes: number;
  read(browsers: readonly LocalBrowserProcess[]): Promise<MemoryUse>;
}

const mebibyte = 1024 ** 2;
/** Where nothing limits it: eight tenths of this are 4 GiB. */
const limitWithoutContainer = 5 * 1024 * mebibyte;

/** The container's own count against its limit; without a container the sum of the browsers' processes against the configured limit. */
export async function createMemoryGauge(
  memoryLimitMebibytes: number | undefined,
): Promise<MemoryGauge> {
  const cgroup = memoryLimitMebibytes === undefined ? await MemoryCgroup.find() : undefined;
  if (cgroup !== undefined) {
    const { limitBytes } = cgroup;
    return { limitBytes, read: async () => ({ usedBytes: await cgroup.usedBytes(), limitBytes }) };
  }
  const limitBytes =
    memoryLimitMebibytes === undefined ? limitWithoutContainer : memoryLimitMebibytes * mebibyte;
  return {
    limitBytes,
    read: async (browsers) => {
      const loads = await Promise.all(browsers.map(async (browser) => await browser.measure()));
      return { usedBytes: loads.reduce((sum, load) => sum + load.memoryBytes, 0), limitBytes };
    },
  };
}
