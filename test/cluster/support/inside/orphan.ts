import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/* Inside a worker: leaves a process behind, as a crashed browser does, and says as JSON what becomes of it. */

function statusOf(pid: string | number, field: string): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return new RegExp(`^${field}:\\s+(\\S+)`, "m").exec(status)?.[1];
  } catch {
    return undefined;
  }
}

const shell = spawnSync("sh", ["-c", "sleep 0.5 >/dev/null 2>&1 & echo $!"], { encoding: "utf8" });
const orphan = Number(shell.stdout);
const parent = Number(statusOf(orphan, "PPid"));
for (let tries = 0; statusOf(orphan, "State") !== undefined && tries < 100; tries += 1)
  await setTimeout(100);
const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
console.log(
  JSON.stringify({
    first: readFileSync("/proc/1/cmdline", "utf8").split("\0")[0],
    ...{ parent, stays: statusOf(orphan, "State") !== undefined },
    zombies: pids.filter((pid) => statusOf(pid, "State") === "Z"),
  }),
);
process.exit(0);
