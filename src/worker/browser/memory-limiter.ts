import type { BrowserLoad } from "./chromium/browser-process.ts";
import { pageOutOfMemory } from "./chromium/out-of-memory.ts";
import type { RunningBrowser } from "./chromium/running-browser.ts";

/**
 * Measures browsers, and kills the largest page of the largest one when together they hold more than the limit.
 *
 * @param limitBytes of all browsers together
 */
export async function limitMemory(
  browsers: readonly RunningBrowser[],
  limitBytes: number,
): Promise<{ total: BrowserLoad; loads: ReadonlyMap<RunningBrowser, BrowserLoad> }> {
  const loads = await Promise.all(
    browsers.map(async (browser) => [browser, await browser.measure()] as const),
  );
  const total: BrowserLoad = { memoryBytes: 0, processes: 0 };
  for (const [, { memoryBytes, processes }] of loads) {
    total.memoryBytes += memoryBytes;
    total.processes += processes;
  }
  const [largest] = loads.toSorted(([, left], [, right]) => right.memoryBytes - left.memoryBytes);
  if (total.memoryBytes > limitBytes)
    await largest?.[0].killLargestRenderer(
      pageOutOfMemory({ usedBytes: total.memoryBytes, limitBytes }),
    );
  return { total, loads: new Map(loads) };
}
