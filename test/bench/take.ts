import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { Variants, type Variant } from "./variants.ts";
import { concurrencies } from "./concurrency.ts";
import { reportLatencyBreakdown } from "./latency-breakdown.ts";
import { load, quantile, type LoadResult } from "./load.ts";

/*
 * Compares `/take` with a raw puppeteer pool and with the capture path alone, in one run on one machine: the same browser, flags,
 * pages and encoder settings; interleaved rounds; raw samples kept. Compare ratios within one run only.
 *
 *   npm run bench -- [rounds] [requests a round]
 *
 * Ends with the latency breakdown of `/take`; 0 rounds print that alone.
 */

const rounds = Number(process.argv[2] ?? 5);
const requestsPerRound = Number(process.argv[3] ?? 40);
const pages = ["/shop", "/languages"];
/** Of each variant, before the measurement: a service runs for weeks, so on code that V8 has compiled. */
const warmUpRequests = 100;

await using all = await Variants.open();
const raw = await all.raw();
const variants: Variant[] = [raw, await all.direct(), await all.take()];

console.log(
  `${cpus().length} cores, ${rounds} rounds of ${requestsPerRound} requests, PNG 1280x1024`,
);
const results: { page: string; concurrency: number; variant: string; rounds: LoadResult[] }[] = [];
for (const variant of variants) await load(variant.urlOf("/shop"), warmUpRequests, 2);
for (const page of rounds > 0 ? pages : [])
  for (const concurrency of concurrencies) results.push(...(await compare(page, concurrency)));
const take = variants.at(-1) ?? raw;
for (const page of pages)
  await reportLatencyBreakdown(
    { raw, take, stills: all.stills },
    { page, requests: requestsPerRound },
  );
await mkdir("bench-results", { recursive: true });
const file = `bench-results/take-${new Date().toISOString().replaceAll(":", "")}.json`;
await writeFile(file, JSON.stringify({ cores: cpus().length, rounds, results }));
console.log(`Raw samples: ${file}`);

/** Measures all variants on one page, round by round in alternating order, after a few requests that do not count. */
async function compare(page: string, concurrency: number): Promise<typeof results> {
  for (const variant of variants) await load(variant.urlOf(page), 6, concurrency);
  const measured = variants.map((variant) => ({
    page,
    concurrency,
    variant: variant.name,
    rounds: [] as LoadResult[],
  }));
  for (let round = 0; round < rounds; round++)
    for (const [index, variant] of inTurn([...variants.entries()], round))
      measured[index]?.rounds.push(await load(variant.urlOf(page), requestsPerRound, concurrency));
  for (const result of measured) report(result, measured[0]?.rounds ?? []);
  return measured;
}

/** Alternates the order, so that no variant always follows the slowest one. */
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
      result.variant.padEnd(8),
      `${rate.toFixed(2)}/s`.padStart(9),
      ratio(result.rounds, raw),
      `median ${time(0.5)}`,
      `p95 ${time(0.95)}`,
    ].join("  "),
  );
}

/** Mean and standard error of the ratios of each round to the raw pool's round at the same time, since the machine's speed varies. */
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
