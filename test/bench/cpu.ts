import { setTimeout as sleep } from "node:timers/promises";
import { Variants, type Variant } from "./variants.ts";
import { load } from "./load.ts";
import { cpuTimes } from "./process-cpu.ts";

/*
 * CPU time for one picture, by process, of a raw puppeteer pool and of `/take`. Unlike throughput, it hardly depends on the
 * machine's other load.
 *
 *   node test/bench/cpu.ts [pictures a round] [rounds]
 *
 * With NODE_OPTIONS="--cpu-prof --cpu-prof-dir=…", each Node.js process writes a CPU profile.
 */

const picturesPerRound = Number(process.argv[2] ?? 50);
const rounds = Number(process.argv[3] ?? 2);
const pages = ["/shop", "/languages"];
const concurrency = 2;

await using all = await Variants.open();
// A recycled browser's CPU time would be counted in part only.
const take = await all.take({ STILLS_RECYCLE_AFTER_CAPTURES: "10000" });
const variants: Variant[] = [await all.raw(), take];

for (const page of pages) {
  for (const variant of variants) await load(variant.urlOf(page), 20, concurrency);
  const sums = variants.map(() => new Map<string, number>());
  for (let round = 0; round < rounds; round++)
    for (const [index, variant] of variants.entries()) await measure(variant, page, sums[index]);
  for (const [index, variant] of variants.entries())
    report(page, variant, sums[index] ?? new Map());
}

/** Adds the CPU time of one round. */
async function measure(variant: Variant, page: string, sums = new Map<string, number>()) {
  const before = await cpuTimes(await variant.pids());
  await load(variant.urlOf(page), picturesPerRound, concurrency);
  // The work after an answer (upload, closing the context, status) counts too.
  await sleep(1_000);
  for (const [name, milliseconds] of await cpuTimes(await variant.pids()))
    sums.set(name, (sums.get(name) ?? 0) + milliseconds - (before.get(name) ?? 0));
}

function report(page: string, { name }: Variant, sums: Map<string, number>): void {
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
