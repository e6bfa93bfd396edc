import { readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../../platform/process/env.ts";
import { runCommand } from "./command.ts";

/** A program that a Go module in this repository pins; its go.mod and go.sum fix every dependency. */
export interface GoProgram {
  /** The folder of go.mod. */
  readonly moduleDirectory: string;
  /** The import path of the main package. */
  readonly packagePath: string;
  /** Linker variables that the program prints its version from, with their values. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Seconds a build takes on 2 cores with nothing cached. */
  readonly usualSeconds: number;
}

interface GoBuildOptions {
  environment: Environment;
  /** Receives a sentence at the start, every 15 seconds and at the end. */
  report: (line: string) => void;
  signal: AbortSignal;
}

const progressMilliseconds = 15_000;

/** The module that go.mod pins with its single-line `require`, and its version without the "v". */
export function readGoPin(moduleDirectory: string): { modulePath: string; version: string } {
  const path = join(moduleDirectory, "go.mod");
  const [, modulePath, version] =
    /^require (\S+) v(\d+\.\d+\.\d+)\b/m.exec(readFileSync(path, "utf8")) ?? [];
  if (modulePath === undefined || version === undefined)
    throw new Error(`${path} has no line "require MODULE vVERSION"`);
  return { modulePath, version };
}

/**
 * Builds a program with the `go` on PATH and puts it at `target`. An interrupted build continues from Go's own caches.
 * Throws a sentence when there is no `go` or the build fails.
 */
export async function buildGoProgram(
  name: string,
  program: GoProgram,
  target: string,
  options: GoBuildOptions,
): Promise<void> {
  const { environment, report, signal } = options;
  const { version } = readGoPin(program.moduleDirectory);
  const startedAt = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedAt) / 1000);
  let lastLine = "";
  report(`Building ${name} ${version} (about ${program.usualSeconds} s on 2 cores)`);
  const timer = setInterval(
    () => report(`Still building ${name}, ${seconds()} s: ${lastLine}`),
    progressMilliseconds,
  );
  try {
    const partial = `${target}.part-${process.pid}`;
    await runCommand("go", buildArguments(program, partial), {
      signal,
      environment: {
        ...environment,
        CGO_ENABLED: "0",
        GOFLAGS: "-mod=readonly -buildvcs=false",
        GOTOOLCHAIN: "auto",
        GOWORK: "off",
      },
      onLine: (line) => {
        lastLine = line.trim().slice(0, 100);
      },
    });
    await rename(partial, target);
  } catch (thrown) {
    if (!(thrown instanceof Error && "syscall" in thrown && thrown.syscall === "spawn go"))
      throw thrown;
    throw new Error("there is no `go` on PATH to build it with", { cause: thrown });
  } finally {
    clearInterval(timer);
  }
  report(`Built ${name} in ${seconds()} s`);
}

function buildArguments(program: GoProgram, output: string): string[] {
  const { moduleDirectory, packagePath, variables = {} } = program;
  const settings = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  const linkerFlags = ["-s -w", ...settings].join(" ");
  // -v names each package as it is compiled, which is the only sign of progress.
  const flags = ["-v", "-trimpath", "-ldflags", linkerFlags, "-o", output];
  return ["build", "-C", moduleDirectory, ...flags, packagePath];
}
