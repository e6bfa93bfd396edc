import { access, constants, mkdir, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Environment } from "../../platform/process/env.ts";
import { processEnvironment } from "../../platform/process/env.ts";
import { isOlder, readBinaryVersion } from "./binary-version.ts";
import { buildGoProgram } from "./go-program.ts";
import { ProcessLock } from "./process-lock.ts";
import { downloadRelease } from "./release-download.ts";
import type { ServerName, ServerSource } from "./server-sources.ts";
import { serverSource } from "./server-sources.ts";

interface FindBinaryOptions {
  /** Receives a sentence for each step. */
  report?: (line: string) => void;
  signal?: AbortSignal;
  environment?: Environment;
  /** Default: the pinned source of the server. */
  source?: ServerSource;
}

interface Search {
  name: ServerName;
  source: ServerSource;
  report: (line: string) => void;
  signal: AbortSignal;
  environment: Environment;
  /** Where downloads and builds go. */
  binDirectory: string;
}

/**
 * The path of a server's binary: one that is installed and new enough; else the official release, checked against its
 * published checksum; else a build of its Go module. Throws a sentence that names each attempt when all failed.
 */
export async function findBinary(
  name: ServerName,
  options: FindBinaryOptions = {},
): Promise<string> {
  const search = searchFor(name, options);
  const installed = await findInstalled(search);
  if (installed !== undefined) return installed;
  await mkdir(search.binDirectory, { recursive: true });
  // Two processes that miss the same binary would build it twice, each at half the speed.
  await using _lock = await ProcessLock.acquire(
    join(search.binDirectory, "..", "build.lock"),
    search.signal,
    () => search.report(`Waiting for another process that fetches servers, before ${name}`),
  );
  const quiet = { ...search, report: () => undefined };
  return (await findInstalled(quiet)) ?? (await install(search));
}

/** The servers that have no usable binary on this machine, and about how many seconds it takes to build them. */
export async function missingBinaries(
  names: readonly ServerName[],
): Promise<{ names: ServerName[]; buildSeconds: number }> {
  const missing: ServerName[] = [];
  let buildSeconds = 0;
  for (const name of names) {
    const search = searchFor(name, {});
    if ((await findInstalled(search)) !== undefined) continue;
    missing.push(name);
    buildSeconds += search.source.program.usualSeconds;
  }
  return { names: missing, buildSeconds };
}

function searchFor(name: ServerName, options: FindBinaryOptions): Search {
  const environment = options.environment ?? processEnvironment();
  return {
    name,
    source: options.source ?? serverSource(name),
    report: options.report ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
    environment,
    binDirectory: join(homeOf(environment), ".cache", "stills", "bin"),
  };
}

async function findInstalled(search: Search): Promise<string | undefined> {
  const { name, source, report, signal } = search;
  const seen = new Set<string>();
  for (const directory of searchPath(search)) {
    const path = join(directory, name);
    const target = await executableAt(path);
    // /bin is often a link to /usr/bin.
    if (target === undefined || seen.has(target)) continue;
    seen.add(target);
    const version = await readBinaryVersion(path, source, signal);
    if (version !== undefined && !isOlder(version, source.version)) return path;
    const what = version === undefined ? "has no version" : `is ${version}`;
    report(`${path} ${what}; Stills needs ${source.version} or newer, so it is not used`);
  }
  return undefined;
}

function searchPath({ environment, binDirectory }: Search): string[] {
  return [
    environment["KUBEBUILDER_ASSETS"] ?? "",
    ...(environment["PATH"] ?? "").split(delimiter),
    join(homeOf(environment), ".cache", "plain-cluster", "bin"),
    binDirectory,
  ].filter((directory) => directory !== "");
}

async function install(search: Search): Promise<string> {
  const { name, source, environment, report, signal, binDirectory } = search;
  const target = join(binDirectory, name);
  let problem: string;
  try {
    await downloadRelease(name, source, target, { report, signal });
    return target;
  } catch (thrown) {
    signal.throwIfAborted();
    problem = messageOf(thrown);
    report(`Could not download ${name}: ${problem}`);
  }
  try {
    await buildGoProgram(name, source.program, target, { environment, report, signal });
    return target;
  } catch (thrown) {
    signal.throwIfAborted();
    throw new Error(
      `${name} ${source.version} is not on this machine and could not be fetched: ${problem}; ${messageOf(thrown)}. ` +
        `Put a ${name} on PATH or into ${binDirectory}, or install Go from go.dev, or allow this machine to reach the release's host, and start again.`,
      { cause: thrown },
    );
  }
}

/** The file that the path leads to, if this process may run it. */
async function executableAt(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return await realpath(path);
  } catch {
    return undefined;
  }
}

function homeOf(environment: Environment): string {
  return environment["HOME"] ?? homedir();
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
