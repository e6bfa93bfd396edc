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
/** Of each column, before the first that counts: a service runs for weeks, and not on code that V8 has yet to compile. */
const warmUpRequests = 100;

await using all = await Columns.open();
const raw = await all.raw();
const columns: Column[] = [raw, await all.direct(), await all.take()];

console.log(
  `${cpus().length} cores, ${rounds} rounds of ${requestsPerRound} requests, PNG 1280x1024`,
);
const results: { page: string; concurrency: number; column: string; rounds: LoadResult[] }[] = [];
for (const column of columns) await load(column.urlOf("/shop"), warmUpRequests, 2);
for (const page of rounds > 0 ? pages : [])
  for (const concurrency of concurrencies) results.push(...(await compare(page, concurrency)));
const take = columns.at(-1) ?? raw;
for (const page of pages)
  await reportHops({ raw, take, stills: all.stills }, { page, requests: requestsPerRound });
await mkdir("bench-results", { recursive: true });
const file = `bench-results/take-${new Date().toISOString().replaceAll(":", "")}.json`;
await writeFile(file, JSON.stringify({ cores: cpus().length, rounds, results }));
console.log(`Raw samples: ${file}`);

/** All columns on one page, round by round in turn and each second round backwards, after a few requests that do not count. */
async function compare(page: string, concurrency: number): Promise<typeof results> {
  for (const column of columns) await load(column.urlOf(page), 6, concurrency);
  const measured = columns.map((column) => ({
    ...{ page, concurrency, column: column.name },
    rounds: [] as LoadResult[],
  }));
  for (let round = 0; round < rounds; round++)
    for (const [index, column] of inTurn([...columns.entries()], round))
      measured[index]?.rounds.push(await load(column.urlOf(page), requestsPerRound, concurrency));
  for (const result of measured) report(result, measured[0]?.rounds ?? []);
  return measured;
}

/** Nobody is always the one that comes after the slowest. */
function inTurn<One>(all: One[], round: number): One[] {
  return round % 2 === 0 ? all : all.toReversed();
}

function report(result: (typeof results)[number], raw: LoadResult[]): void {
  const rate = throughput(result.rounds);
  const time = (share: number): string => {
    const milliseconds = quantile(timesOf(result.rounds), share);
    const overhead = milliseconds - quantile(timesOf(raw), share);
    return `${milliseconds.toFixed(0)} ms (${overhead >= 0 ? "+" : ""}${overhead.toFixed(0)})`;
  };
  console.log(
    [
      result.page.padEnd(12),
      `x${result.concurrency}`,
      result.column.padEnd(8),
      `${rate.toFixed(2)}/s`.padStart(9),
      ratio(result.rounds, raw),
      `median ${time(0.5)}`,
      `p95 ${time(0.95)}`,
    ].join("  "),
  );
}

/** Of each round and the raw pool's round beside it: the machine is faster at one time than at another. Mean and standard error. */
function ratio(all: LoadResult[], raw: LoadResult[]): string {
  const ratios = all.map(
    (one, round) => throughput([one]) / throughput(raw.slice(round, round + 1)),
  );
  const mean = ratios.reduce((sum, one) => sum + one, 0) / ratios.length;
  const squares = ratios.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const error = Math.sqrt(squares / (ratios.length - 1) / ratios.length);
  return `${mean.toFixed(2)} of raw ± ${error.toFixed(2)}`;
}

function throughput(all: LoadResult[]): number {
  const seconds = all.reduce((sum, round) => sum + round.seconds, 0);
  return all.reduce((sum, round) => sum + round.samples.length, 0) / seconds;
}

function timesOf(all: LoadResult[]): number[] {
  return all.flatMap((round) => round.samples.map((sample) => sample.milliseconds));
}
