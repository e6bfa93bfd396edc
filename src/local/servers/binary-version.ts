import { readFile } from "node:fs/promises";
import { runCommand } from "./command.ts";
import { readGoPin } from "./go-program.ts";
import type { ServerSource } from "./server-sources.ts";
import { Deadline } from "../../platform/process/deadline.ts";

const versionTimeoutMilliseconds = 20_000;

/**
 * The version of a binary, three numbers with dots: the one it prints, or else the one that Go recorded of the module it was
 * built from (`go install` leaves the printed one empty for some). Undefined when it has neither.
 */
export async function readBinaryVersion(
  path: string,
  source: ServerSource,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    using deadline = new Deadline({
      milliseconds: versionTimeoutMilliseconds,
      parents: [signal],
    });
    const output = await runCommand(path, source.versionArguments, { signal: deadline.signal });
    return printedVersion(output) ?? (await recordedVersion(path, source));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Whether version `a` is older than version `b`. */
export function isOlder(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { numeric: true }) < 0;
}

/** Skips the line in which etcd prints the version of Go. */
function printedVersion(output: string): string | undefined {
  const lines = output.split("\n").filter((line) => !line.startsWith("Go "));
  const line = lines.find((each) => /version|kubernetes|nats-server/i.test(each)) ?? "";
  return /v?(\d+\.\d+\.\d+)/.exec(line)?.[1];
}

/** The line of Go's build information that names the module. */
async function recordedVersion(path: string, source: ServerSource): Promise<string | undefined> {
  const { modulePath } = readGoPin(source.program.moduleDirectory);
  const binary = await readFile(path);
  const marker = `\t${modulePath}\tv`;
  const index = binary.indexOf(marker);
  if (index === -1) return undefined;
  const start = index + marker.length;
  return /^\d+\.\d+\.\d+/.exec(binary.toString("latin1", start, start + 40))?.[0];
}
