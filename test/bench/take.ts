import { randomBytes } from "node:crypto";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { cpus, homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signProxyToken } from "../../src/core/proxy-token.ts";
import { browserFlags } from "../../src/platform/chromium/browser-flags.ts";
import { findBrowser } from "../../src/platform/chromium/find-browser.ts";
import { LocalStills } from "../support/local-stills.ts";
import { load, quantile, type LoadResult } from "./load.ts";

/*
 * `/take` against a raw puppeteer pool and against the capture path alone, in one run on one machine: the same browser, flags,
 * pages and encoder settings; rounds interleaved; raw samples kept. Only ratios within one run mean anything.
 *
 *   npm run bench -- [rounds] [requests a round]
 */

const rounds = Number(process.argv[2] ?? 5);
const requestsPerRound = Number(process.argv[3] ?? 40);
const siteAddress = "127.0.53.3";
const pages = ["/shop", "/languages"];
const concurrencies = [1, 2, 4];

interface Column {
  name: string;
  urlOf(page: string): string;
}

await using cleanup = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), "stills-bench-"));
cleanup.defer(() => rm(folder, { recursive: true, force: true }));

const { port: sitePort } = (await start("site.ts", [siteAddress])) as { port: number };
const allowCIDR = `${siteAddress}/32:${sitePort}`;
const pageURL = (page: string): string => `http://${siteAddress}:${sitePort}${page}`;
const columns: Column[] = [await startRaw(), await startDirect(), await startTake()];

console.log(
  `${cpus().length} cores, ${rounds} rounds of ${requestsPerRound} requests, PNG 1280x1024`,
);
const results: { page: string; concurrency: number; column: string; rounds: LoadResult[] }[] = [];
for (const page of pages)
  for (const concurrency of concurrencies) results.push(...(await compare(page, concurrency)));
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

async function startRaw(): Promise<Column> {
  const browser = await findBrowser({
    engine: "HeadlessShell",
    puppeteerCacheFolder: join(homedir(), ".cache", "puppeteer"),
    browserStore: folder,
  });
  const profileFolder = join(folder, "raw-profile");
  await mkdir(profileFolder, { mode: 0o777 });
  // The same flags, but no proxy.
  const flags = browserFlags({ profileFolder, sandboxed: true, sharedMemory: true }).filter(
    (flag) => !/^--(proxy|host-resolver|remote-debugging)/.test(flag),
  );
  const isRoot = process.getuid?.() === 0;
  const unprivileged = ["--reuid=65534", "--regid=65534", "--clear-groups", browser.path];
  if (isRoot) await import("node:fs/promises").then((fs) => fs.chmod(folder, 0o755));
  if (isRoot) await import("node:fs/promises").then((fs) => fs.chmod(profileFolder, 0o777));
  const command = isRoot ? ["/usr/bin/setpriv", ...unprivileged] : [browser.path];
  const { port } = (await start("raw-pool.ts", [...command, ...flags])) as { port: number };
  return {
    name: "raw",
    urlOf: (page) => `http://127.0.0.1:${port}/?url=${encodeURIComponent(pageURL(page))}`,
  };
}

async function startDirect(): Promise<Column> {
  const key = randomBytes(32).toString("hex");
  const keyFile = join(folder, "proxy-key");
  await writeFile(keyFile, key);
  const egressPort = 20_000 + Math.floor(Math.random() * 10_000);
  const egress = fork(sourceFile("../../src/main.ts"), ["egress"], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      STILLS_EGRESS_HOST: "127.0.0.1",
      STILLS_EGRESS_PORT: String(egressPort),
      STILLS_EGRESS_ALLOW_CIDRS: allowCIDR,
      STILLS_PROXY_KEY_FILE: keyFile,
      STILLS_METRICS_PORT: "0",
    },
  });
  endWith(egress);
  const token = signProxyToken(
    {
      uid: "bench",
      attempt: 1,
      class: "page",
      limits: { bytes: 2 ** 40, requests: 1_000_000, connections: 1024 },
      expires: Math.floor(Date.now() / 1000) + 86_400,
    },
    key,
  );
  const egressURL = `http://127.0.0.1:${egressPort}`;
  const { port } = (await start("direct.ts", [egressURL, token])) as { port: number };
  return {
    name: "direct",
    urlOf: (page) => `http://127.0.0.1:${port}/?url=${encodeURIComponent(pageURL(page))}`,
  };
}

async function startTake(): Promise<Column> {
  const stills = cleanup.use(
    await LocalStills.start({
      env: { STILLS_EGRESS_ALLOW_CIDRS: allowCIDR, STILLS_LOCAL_WORKERS: "1" },
    }),
  );
  const { gatewayURL, accessKey } = await stills.coordinates();
  return {
    name: "/take",
    urlOf: (page) =>
      `${gatewayURL}/take?access_key=${accessKey}&format=png&url=${encodeURIComponent(pageURL(page))}`,
  };
}

/** Starts a part of the benchmark and returns the first message it sends. */
async function start(file: string, words: string[]): Promise<unknown> {
  const child = fork(sourceFile(file), words, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  endWith(child);
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => {
      throw new Error(`${file} ended before it was ready`);
    }),
  ]);
  return message;
}

function endWith(child: ChildProcess): void {
  cleanup.defer(async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
}

function sourceFile(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
