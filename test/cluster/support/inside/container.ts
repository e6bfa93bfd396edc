import { accessSync, constants, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";

/* Inside a container of a worker's pod: what it has and may do, as JSON. Arguments: folders to look at. */

function statusOf(field: string): string | undefined {
  const status = readFileSync("/proc/self/status", "utf8");
  return new RegExp(`^${field}:\\s+(\\S+)`, "m").exec(status)?.[1];
}

function problemOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code;
  }
}

const [, sockets = "", ...folders] = process.argv;
const programs = readdirSync("/proc")
  // Not this script, whose text is part of its command line.
  .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  .map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ");
    } catch {
      // A process may end while it is looked at.
      return "";
    }
  });
console.log(
  JSON.stringify({
    uid: process.getuid?.(),
    seccomp: statusOf("Seccomp"),
    mayMakeUserNamespace: spawnSync("unshare", ["--user", "true"]).status === 0,
    secretSettings: Object.keys(process.env).filter((name) =>
      /NATS|EGRESS|SECRET|TOKEN/.test(name),
    ),
    readable: folders.filter(
      (folder) => problemOf(() => accessSync(folder, constants.R_OK)) === undefined,
    ),
    sockets: readdirSync(sockets),
    writingToSockets: problemOf(() => writeFileSync(`${sockets}/planted`, "")),
    runsChromium: programs.some((program) => program.includes("--type=renderer")),
    runsWorker: programs.some((program) => /main\.ts worker\s*$/.test(program)),
  }),
);
process.exit(0);
