import { access, constants, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { buildFromModule, findGo } from "../../src/local/servers/go-build.ts";
import { ipSource } from "../../src/local/servers/versions.ts";

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
  const go = await findGo(process.env);
  if (go === undefined)
    throw new Error(
      "`ip` is needed to make a network namespace; install the package iproute2, or Go to build one",
    );
  const target = join(cacheDirectory, "bin", "ip");
  await mkdir(join(cacheDirectory, "bin"), { recursive: true });
  await buildFromModule({
    ...{ go, name: "ip", source: ipSource, target, cacheDirectory },
    report: console.log,
    signal: AbortSignal.timeout(300_000),
  });
  return target;
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
