import type { MemoryUse } from "../../chromium/out-of-memory.ts";

/** Two limits below that of the container, at which the kernel would take the launcher along. */
const endPageShare = 0.8;
const endBrowserShare = 0.9;
/** A page with less does not make the difference. */
const largePageShare = 0.1;

/**
 * What has to end now, so that the kernel ends nothing: the largest page, or the largest browser when there is not enough time left, or
 * when no page is large.
 *
 * @param largestPageBytes 0 if there is no page
 */
export function whatToEnd(
  { usedBytes, limitBytes }: MemoryUse,
  largestPageBytes: number,
): "Nothing" | "Page" | "Browser" {
  if (usedBytes < endPageShare * limitBytes) return "Nothing";
  if (usedBytes >= endBrowserShare * limitBytes) return "Browser";
  return largestPageBytes >= largePageShare * limitBytes ? "Page" : "Browser";
}

/** Whether pages have to be looked at, which takes longer than reading the sum. */
export function isNearlyFull({ usedBytes, limitBytes }: MemoryUse): boolean {
  return usedBytes >= endPageShare * limitBytes;
}
