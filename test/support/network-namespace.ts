import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { findIPCommand } from "./ip-command.ts";

/**
 * Runs a test file in a separate network namespace, where any address can belong to this machine: 169.254.169.254,
 * 10.0.0.1, fd00::1. It is isolated in both directions.
 */

const marker = "STILLS_TEST_NETWORK_NAMESPACE";
/** Enough for a whole file of browser tests on a loaded machine. */
const limitMilliseconds = 600_000;

/**
 * An interface besides loopback, with routes to everywhere and no peer: with loopback alone, Chromium's
 * WebRTC finds no network to try. Which kinds of interface there are depends on the kernel's modules.
 */
const outsideInterface = [
  '"$IP" link add name outside type dummy 2>/dev/null || "$IP" link add name outside type bridge',
  '"$IP" link set dev outside up',
  '"$IP" addr add 10.99.0.1/24 dev outside',
  // A neighbour that is known but does not exist: packets to it get no answer and no error.
  '"$IP" neigh add 10.99.0.2 lladdr 02:00:00:00:00:02 dev outside',
  '"$IP" route add default via 10.99.0.2 dev outside',
  // Not every `ip` knows `nodad`; without it the address is usable a moment later.
  '"$IP" addr add fd99::1/64 dev outside nodad 2>/dev/null || "$IP" addr add fd99::1/64 dev outside',
  '"$IP" neigh add fd99::2 lladdr 02:00:00:00:00:02 dev outside',
  '"$IP" -6 route add default via fd99::2 dev outside',
];

/** Whether this process was started by `runInNetworkNamespace`. */
export function isInNetworkNamespace(): boolean {
  return process.env[marker] === "1";
}

/**
 * Runs the file's tests again inside a new network namespace, as root or as an ordinary user (in a user namespace). Throws
 * with what the tests wrote if one fails, and with a sentence if there can be no namespace here.
 */
export async function runInNetworkNamespace(
  file: string,
  addresses: readonly string[],
): Promise<void> {
  const ip = await findIPCommand();
  await assertTools(ip);
  const isRoot = process.getuid?.() === 0;
  // Inside a user namespace the caller is root first, to set the addresses, and then its own user again: Chromium's
  // sandbox refuses to run as root.
  const becomeOneself = isRoot
    ? ""
    : `unshare --user --map-user=${process.getuid?.()} --map-group=${process.getgid?.()}`;
  const script = [
    "set -e",
    '"$IP" link set dev lo up',
    ...outsideInterface,
    ...addresses.map((address) =>
      address.includes(":")
        ? `"$IP" addr add ${address}/128 dev lo`
        : `"$IP" addr add ${address}/32 dev lo`,
    ),
    `exec ${becomeOneself} "$@"`,
  ].join("\n");
  const flags = isRoot ? ["--net"] : ["--net", "--user", "--map-root-user"];
  const test = [process.execPath, "--test", "--test-reporter=spec", file];
  // Node's test runner would otherwise take the inner run for a part of the outer one.
  const { NODE_TEST_CONTEXT: _outer, ...environment } = process.env;
  const child = spawn("unshare", [...flags, "sh", "-c", script, "sh", ...test], {
    env: { ...environment, [marker]: "1", IP: ip },
    stdio: ["ignore", "pipe", "pipe"],
    signal: AbortSignal.timeout(limitMilliseconds),
    killSignal: "SIGTERM",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", resolve);
  const code = await promise;
  // The output of the inner run is shown when the tests pass, too.
  if (code === 0 && /^ℹ pass [1-9]/m.test(output)) return void process.stdout.write(output);
  throw new Error(`The tests inside the network namespace failed (${code}):\n${output}`);
}

async function assertTools(ip: string): Promise<void> {
  await assertRuns(
    ["unshare", "--version"],
    '"unshare" is needed to make a network namespace; install the package util-linux',
  );
  const isRoot = process.getuid?.() === 0;
  const flags = isRoot ? ["--net"] : ["--net", "--user", "--map-root-user"];
  await assertRuns(
    ["unshare", ...flags, ip, "link", "set", "dev", "lo", "up"],
    "This machine lets nobody make a network namespace; run the tests as root with CAP_SYS_ADMIN, or allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0)",
  );
}

async function assertRuns([program, ...words]: [string, ...string[]], otherwise: string) {
  try {
    await promisify(execFile)(program, words, { timeout: 30_000 });
  } catch (thrown) {
    throw new Error(otherwise, { cause: thrown });
  }
}
