import { setTimeout as sleep } from "node:timers/promises";
import { Columns, type Column } from "./columns.ts";
import { load } from "./load.ts";
import { cpuTimes } from "./process-cpu.ts";

/*
 * CPU time for one picture, by process, of a raw puppeteer pool and of `/take`. Other than throughput it hardly depends on what else
 * the machine does.
 *
 *   node test/bench/cpu.ts [pictures a round] [rounds]
 *
 * With NODE_OPTIONS="--cpu-prof --cpu-prof-dir=…" every process of Node writes down where its time went.
 */

const picturesPerRound = Number(process.argv[2] ?? 50);
const rounds = Number(process.argv[3] ?? 2);
const pages = ["/shop", "/languages"];
const concurrency = 2;

await using all = await Columns.open();
// The time of a browser that was replaced meanwhile would be lost, in part.
const take = await all.take({ STILLS_RECYCLE_AFTER_CAPTURES: "10000" });
const columns: Column[] = [await all.raw(), take];

for (const page of pages) {
  for (const column of columns) await load(column.urlOf(page), 20, concurrency);
  const sums = columns.map(() => new Map<string, number>());
  for (let round = 0; round < rounds; round++)
    for (const [index, column] of columns.entries()) await measure(column, page, sums[index]);
  for (const [index, column] of columns.entries()) report(page, column, sums[index] ?? new Map());
}

/** Adds what the pictures of one round cost. */
async function measure(column: Column, page: string, sums = new Map<string, number>()) {
  const before = await cpuTimes(await column.pids());
  await load(column.urlOf(page), picturesPerRound, concurrency);
  // What follows an answer (upload, end of the context, status) belongs to it.
  await sleep(1_000);
  for (const [name, milliseconds] of await cpuTimes(await column.pids()))
    sums.set(name, (sums.get(name) ?? 0) + milliseconds - (before.get(name) ?? 0));
}

function report(page: string, { name }: Column, sums: Map<string, number>): void {
  const pictures = picturesPerRound * rounds;
  const isBrowser = (part: string): boolean => part.startsWith("chromium");
  const entries = [...sums].map(([part, sum]) => [part, sum / pictures] as const);
  const total = (some: typeof entries): string =>
    some.reduce((sum, [, milliseconds]) => sum + milliseconds, 0).toFixed(1);
  const browser = entries.filter(([part]) => isBrowser(part));
  const others = entries.filter(([part]) => !isBrowser(part));
  console.log(
    `${page} ${name}: ${total(entries)} ms of CPU a picture; Chromium ${total(browser)}, all else ${total(others)}`,
  );
  for (const [part, milliseconds] of entries.toSorted((a, b) => b[1] - a[1]))
    console.log(`  ${part.padEnd(24)}${milliseconds.toFixed(1).padStart(7)}`);
}
