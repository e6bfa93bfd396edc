import { readFile, readdir, readlink } from "node:fs/promises";

/* Inside a worker: what the kernel says about each of Chromium's processes, as JSON. */

const ownNamespace = await readlink("/proc/self/ns/user");

async function describe(pid: string): Promise<object | undefined> {
  const words = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0");
  if (!/chrom/.test(words[0]!)) return undefined;
  const commandLine = words.join(" ");
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return {
    pid: Number(pid),
    type: /--type=([\w-]+)/.exec(commandLine)?.[1] ?? "browser",
    noSandbox: /--no-sandbox|--disable-(setuid|seccomp|namespace)[\w-]*sandbox/.test(commandLine),
    seccomp: Number(/^Seccomp:\s+(\d)/m.exec(status)?.[1]),
    noNewPrivileges: /^NoNewPrivs:\s+1/m.test(status),
    ownUserNamespace: (await readlink(`/proc/${pid}/ns/user`)) !== ownNamespace,
  };
}

const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
// A process may end while it is looked at.
const all = await Promise.all(pids.map((pid) => describe(pid).catch(() => undefined)));
console.log(JSON.stringify(all.filter((one) => one !== undefined)));
process.exit(0);
