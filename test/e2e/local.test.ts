import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { projectDirectory } from "../../src/local/project-directory.ts";
import { eventually } from "../support/eventually.ts";

/*
 * `npm start` as a user runs it: the launcher leads a process group, as in a terminal, and everything is observed from
 * outside. The tests share one composition and run in order; the last one sends Ctrl-C.
 */
let folder: string;
let stills: Started;
const seen = new Map<number, string>();

interface Started {
  child: ChildProcess;
  output: () => string;
}

/** Starts a program and records its output. TMPDIR is the test's, which checks what is left there. */
function start(
  command: string,
  words: readonly string[],
  settings: Record<string, string> = {},
): Started {
  const child = spawn(command, words, {
    cwd: projectDirectory,
    env: {
      ...process.env,
      STILLS_LOCAL_DIR: join(folder, "local"),
      STILLS_LOCAL_PORT: "0",
      TMPDIR: join(folder, "tmp"),
      // As on a new machine: the browser is unpacked, and nothing of it is left.
      STILLS_BROWSER_CACHE_DIR: undefined,
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  return { child, output: () => text };
}

async function run(
  command: string,
  words: readonly string[],
  settings: Record<string, string> = {},
): Promise<[number, string]> {
  const { child, output } = start(command, words, settings);
  const [code] = (await once(child, "close")) as [number];
  return [code, output()];
}

const launch = (...words: string[]): [string, string[]] => [
  process.execPath,
  ["scripts/launch.cjs", "start", ...words],
];

async function coordinates(): Promise<LocalCoordinates> {
  const path = join(folder, "local", "local.json");
  return JSON.parse(await readFile(path, "utf8")) as LocalCoordinates;
}

/** The start time of a process in clock ticks; undefined if there is none with that id. */
function startOf(pid: number): string | undefined {
  return statOf(pid)?.[19];
}

/** The fields of /proc/PID/stat after the program's name. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** The process ids below one, itself included. */
function treeOf(root: number): number[] {
  const parents = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0)
    .map((pid) => [pid, Number(statOf(pid)?.[1])] as const);
  const found = [root];
  for (const member of found)
    found.push(...parents.filter(([, parent]) => parent === member).map(([pid]) => pid));
  return found;
}

function rememberProcesses(): void {
  for (const pid of treeOf(stills.child.pid!)) seen.set(pid, startOf(pid) ?? "");
}

/** Zombies have ended; init reaps them later. */
function stillRunning(): number[] {
  return [...seen]
    .filter(([pid, startedAt]) => startOf(pid) === startedAt && statOf(pid)?.[0] !== "Z")
    .map(([pid]) => pid);
}

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "stills-e2e-"));
  await chmod(folder, 0o755);
  await mkdir(join(folder, "tmp"), { mode: 0o755 });
  stills = start(...launch());
});

after(async () => {
  const { child } = stills;
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "close");
  }
  await rm(folder, { recursive: true, force: true });
});

test("a start prints how long it takes, its steps, and a picture at the end", async () => {
  await eventually("the first picture", () => stills.output().includes("Ctrl-C stops"), {
    limitSeconds: 1800,
    giveUp: () => (stills.child.exitCode === null ? undefined : stills.output()),
  });
  assert.match(stills.output(), /this takes about|minutes on 2 cores/);
  const location = /^\s+(http:\/\/127\.0\.0\.1:\d+\/\S+\.png)$/m.exec(stills.output())?.[1];
  assert.ok(location, stills.output());
  const response = await fetch(location);
  assert.equal(response.headers.get("content-type"), "image/png");
  const picture = Buffer.from(await response.arrayBuffer());
  assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [1280, 1024]);
  rememberProcesses();
});

test("local.json is private and has running processes and metrics URLs that answer", async () => {
  const { mode } = await stat(join(folder, "local", "local.json"));
  assert.equal(mode & 0o777, 0o600);
  const { pids, metricsURLs, gatewayURL, accessKey, secretKey } = await coordinates();
  assert.match(gatewayURL, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.ok(accessKey.length >= 32 && secretKey.length >= 32);
  const counts = Object.entries(pids).map(([kind, list]) => `${list.length} ${kind}`);
  assert.deepEqual(
    new Set(counts),
    new Set([
      "1 etcd",
      "1 kube-apiserver",
      "1 nats-server",
      "1 versitygw",
      "2 controller",
      "1 gateway",
      "1 egress",
      "2 worker",
    ]),
  );
  for (const pid of Object.values(pids).flat()) assert.ok(startOf(pid), `process ${pid}`);
  for (const url of Object.values(metricsURLs).flat()) {
    const page = await (await fetch(url)).text();
    assert.ok(page.includes("process_cpu_seconds_total"), url);
  }
});

test("the printed lines work when pasted", async () => {
  const { child, output } = start("/bin/sh", [
    "-ec",
    stills
      .output()
      .slice(stills.output().indexOf("KUBECONFIG="))
      .split("\n")
      .filter((line, index, lines) => index <= lines.findIndex((each) => /get shots/.test(each)))
      .join("\n"),
  ]);
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 0, output());
  assert.match(output(), /screenshotjob.stills.dev\/example condition met/);
  assert.match(output(), /example\s+True\s+Captured/);
});

test("--once takes one picture through the running Stills, prints its location and keeps a copy", async () => {
  const page = /of (http:\/\/127\.0\.53\.1:\d+\/)/.exec(stills.output())![1]!;
  const [code, output] = await run(...launch("--once", page));
  assert.equal(code, 0, output);
  const copy = /^Copy: +(.*)$/m.exec(output)![1]!;
  const bytes = await readFile(copy);
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
  const location = /^Location: +(.*)$/m.exec(output)![1]!;
  assert.ok(Buffer.from(await (await fetch(location)).arrayBuffer()).equals(bytes));
});

test("--once of a private address fails with the reason and the setting that allows it", async () => {
  const [code, output] = await run(...launch("--once", "http://127.0.0.1:18080/"));
  assert.equal(code, 1);
  assert.match(output, /TargetNotAllowed/);
  assert.match(output, /STILLS_EGRESS_ALLOW_CIDRS/);
});

test("a second start in the same folder fails with the process id of the first", async () => {
  const [code, output] = await run(...launch());
  assert.equal(code, 1);
  assert.match(output, /Stills runs already in .*\(process \d+\).*STILLS_LOCAL_DIR/);
  assert.equal(output.split("\n").filter((line) => line.includes("    at ")).length, 0);
});

test("a port that is in use is named with the setting that changes it", async () => {
  const { port } = new URL((await coordinates()).gatewayURL);
  const [code, output] = await run(...launch(), {
    STILLS_LOCAL_DIR: join(folder, "second"),
    STILLS_LOCAL_PORT: port,
  });
  assert.equal(code, 1);
  assert.match(output, new RegExp(`Port ${port}.* is in use.*STILLS_LOCAL_PORT`));
});

test("each killed process is restarted, and pictures are taken afterwards", async () => {
  const kinds = Object.keys((await coordinates()).pids);
  for (const kind of kinds) {
    const [victim] = (await coordinates()).pids[kind]!;
    process.kill(victim!, "SIGKILL");
    await eventually(
      `a ${kind} that replaces process ${victim}`,
      async () => {
        const now = (await coordinates()).pids[kind] ?? [];
        return now.length > 0 && !now.includes(victim!) && now.every((pid) => startOf(pid));
      },
      { limitSeconds: 120 },
    );
  }
  const page = /of (http:\/\/127\.0\.53\.1:\d+\/)/.exec(stills.output())![1]!;
  const [code, output] = await run(...launch("--once", page));
  assert.equal(code, 0, output);
  rememberProcesses();
});

test("Ctrl-C ends with code 0 and leaves no process, no port and no temporary folder", async () => {
  const { kubeconfig, metricsURLs, natsURL, objects } = await coordinates();
  const server = /"server": "(.*)"/.exec(await readFile(kubeconfig, "utf8"))![1]!;
  const urls = [server, natsURL, objects.endpoint, ...Object.values(metricsURLs).flat()];
  for (const url of urls) assert.equal(await isListening(url), true, url);

  const closed = once(stills.child, "close") as Promise<[number]>;
  process.kill(-stills.child.pid!, "SIGINT");
  const [code] = await closed;

  assert.equal(code, 0, stills.output());
  assert.deepEqual(stillRunning(), []);
  for (const url of urls) assert.equal(await isListening(url), false, url);
  assert.deepEqual(await readdir(join(folder, "tmp")), []);
  await assert.rejects(coordinates(), /ENOENT/);
});
