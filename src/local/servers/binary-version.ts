import { readFile } from "node:fs/promises";
import { runCommand } from "./command.ts";
import type { ServerSource } from "./versions.ts";

const versionLimitMilliseconds = 20_000;

/**
 * The version of a program: what it prints, or else what Go recorded about the module it was built from (`go install`
 * leaves the printed one empty for some). Undefined when neither tells.
 */
export async function foundVersion(
  path: string,
  source: ServerSource,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(versionLimitMilliseconds)]);
    const output = await runCommand(path, source.versionArguments, { signal: limit });
    const printed = /v?(\d+\.\d+\.\d+)/.exec(firstLineWithVersion(output))?.[1];
    return printed ?? (await recordedVersion(path, source.goModule));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Whether version `a` is older than `b`; both are three numbers with dots. */
export function isOlder(a: string, b: string): boolean {
  const numbersA = a.split(".").map(Number);
  const numbersB = b.split(".").map(Number);
  for (const [index, number] of numbersB.entries()) {
    const difference = (numbersA[index] ?? 0) - number;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function firstLineWithVersion(output: string): string {
  const lines = output.split("\n").filter((line) => !line.startsWith("Go "));
  return lines.find((line) => /version|kubernetes|nats-server/i.test(line)) ?? "";
}

async function recordedVersion(path: string, goModule: string): Promise<string | undefined> {
  const program = await readFile(path);
  const marker = `\t${goModule}\tv`;
  const at = program.indexOf(marker);
  if (at === -1) return undefined;
  const start = at + marker.length;
  return /^\d+\.\d+\.\d+/.exec(program.toString("latin1", start, start + 40))?.[0];
}
