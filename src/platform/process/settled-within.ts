import type { Clock } from "./clock.ts";

/** Waits for work, but not longer than the time; answers whether it was done. What is late goes on. Rejects as the work does. */
export async function isSettledWithin(
  work: Promise<unknown>,
  milliseconds: number,
  clock: Clock,
): Promise<boolean> {
  const over = new AbortController();
  const late = clock.sleep(milliseconds, over.signal).then(
    () => false,
    () => true,
  );
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    over.abort();
  }
}
