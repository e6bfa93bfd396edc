import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { Columns, type Column } from "./columns.ts";
import { concurrencies } from "./concurrency.ts";
import { reportHops } from "./hops.ts";
import { load, quantile, type LoadResult } from "./load.ts";

/*
 * `/take` against a raw puppeteer pool and against the capture path alone, in one run on one machine: the same browser, flags,
 * pages and encoder settings; rounds interleaved; raw samples kept. Only ratios within one run mean anything.
 *
 *   npm run bench -- [rounds] [requests a round]
 *
 * At the end, where the time of one `/take` goes. With 0 rounds, that alone.
 */

const rounds = Number(process.argv[2] ?? 5);
const requestsPerRound = Number(process.argv[3] ?? 40);
const pages = ["/shop", "/languages"];

await using all = await Columns.open();
const raw = await all.raw();
const columns: Column[] = [raw, await all.direct(), await all.take()];

console.log(
  `${cpus().length} cores, ${rounds} rounds of ${requestsPerRound} requests, PNG 1280x1024`,
);
const results: { page: string; concurrency: number; column: string; rounds: LoadResult[] }[] = [];
for (const page of rounds > 0 ? pages : [])
  for (const concurrency of concurrencies) results.push(...(await compare(page, concurrency)));
const take = columns.at(-1) ?? raw;
for (const page of pages)
  await reportHops({ raw, take, stills: all.stills }, { page, requests: requestsPerRound });
await mkdir("bench-results", { recursive: true });
const file = `bench-results/take-${new Date().toISOString().replaceAll(":", "")}.json`;
await writeFile(file, JSON.stringify({ cores: cpus().length, rounds, results }));
console.log(`Raw samples: ${file}`);

/** All columns on one page, round by round in turn, after a few requests that do not count. */
async function compare(page: string, concurrency: number): Promise<typeof results> {
  for (const column of columns) await load(column.urlOf(page), 6, concurrency);
  const measured = columns.map((column) => ({
    ...{ page, concurrency, column: column.name },
    rounds: [] as LoadResult[],
  }));
  for (let round = 0; round < rounds; round++)
    for (const [index, column] of columns.entries())
      measured[index]?.rounds.push(await load(column.urlOf(page), requestsPerRound, concurrency));
  for (const result of measured) report(result, measured[0]?.rounds ?? []);
  return measured;
}

function report(result: (typeof results)[number], raw: LoadResult[]): void {
  const times = result.rounds.flatMap((round) => round.samples.map((s) => s.milliseconds));
  const rate = throughput(result.rounds);
  const overhead = median(result.rounds) - median(raw);
  console.log(
    [
      result.page.padEnd(12),
      `x${result.concurrency}`,
      result.column.padEnd(8),
      `${rate.toFixed(2)}/s`.padStart(9),
      `${(rate / throughput(raw)).toFixed(2)} of raw`,
      `median ${quantile(times, 0.5).toFixed(0)} ms (${overhead >= 0 ? "+" : ""}${overhead.toFixed(0)})`,
      `p95 ${quantile(times, 0.95).toFixed(0)} ms`,
    ].join("  "),
  );
}

function throughput(all: LoadResult[]): number {
  const seconds = all.reduce((sum, round) => sum + round.seconds, 0);
  return all.reduce((sum, round) => sum + round.samples.length, 0) / seconds;
}

function median(all: LoadResult[]): number {
  return quantile(
    all.flatMap((round) => round.samples.map((sample) => sample.milliseconds)),
    0.5,
  );
}
