import { access, constants, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildGoProgram } from "../../src/local/servers/go-program.ts";

/** u-root's `ip` does what the tests need of it. */
const uRootIP = {
  moduleDirectory: fileURLToPath(new URL("ip-command/", import.meta.url)),
  packagePath: "github.com/u-root/u-root/cmds/core/ip",
  usualSeconds: 15,
};

/** The path of an `ip`: iproute2's where it is installed, else one built from its Go module, once. */
export async function findIPCommand(): Promise<string> {
  const cacheDirectory = join(homedir(), ".cache", "stills");
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter),
    ...["/usr/sbin", "/sbin"],
    join(cacheDirectory, "bin"),
  ];
  for (const folder of folders) {
    const path = join(folder, "ip");
    if (await isExecutable(path)) return path;
  }
  const target = join(cacheDirectory, "bin", "ip");
  await mkdir(join(cacheDirectory, "bin"), { recursive: true });
  try {
    await buildGoProgram("ip", uRootIP, target, {
      environment: process.env,
      report: console.log,
      signal: AbortSignal.timeout(300_000),
    });
  } catch (thrown) {
    throw new Error(
      "`ip` is needed to make a network namespace; install the package iproute2, or Go to build one",
      { cause: thrown },
    );
  }
  return target;
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
