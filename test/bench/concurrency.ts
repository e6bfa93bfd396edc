/** Numbers of concurrent callers. */
export const concurrencies = [1, 2, 4] as const;

/** One page for each caller, as in the raw pool. A worker's default is two. */
export const pagesAtOnce = Math.max(...concurrencies);
