/** One answer of a load run. */
export interface Sample {
  milliseconds: number;
  bytes: number;
}

export interface LoadResult {
  samples: Sample[];
  /** From the first request to the last answer. */
  seconds: number;
}

/** Sends `count` requests, `concurrency` at a time, each over a kept-alive connection; fails on any answer but 200. */
export async function load(url: string, count: number, concurrency: number): Promise<LoadResult> {
  const samples: Sample[] = [];
  let left = count;
  const began = performance.now();
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const start = performance.now();
      const response = await fetch(url);
      const body = await response.arrayBuffer();
      if (response.status !== 200)
        throw new Error(`${response.status} ${Buffer.from(body).toString().slice(0, 300)}`);
      samples.push({ milliseconds: performance.now() - start, bytes: body.byteLength });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sender));
  return { samples, seconds: (performance.now() - began) / 1000 };
}

/** The value below which the share lies; share from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
