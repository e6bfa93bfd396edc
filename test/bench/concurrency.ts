/** Callers at a time. */
export const concurrencies = [1, 2, 4] as const;

/** As many pages as there are callers: so has the raw pool, which opens one for each. A worker has two unless told otherwise. */
export const pagesAtOnce = Math.max(...concurrencies);
