import { access, constants, mkdir, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Environment } from "../../platform/process/env.ts";
import { processEnvironment } from "../../platform/process/env.ts";
import { foundVersion, isOlder } from "./binary-version.ts";
import { ProcessLock } from "./process-lock.ts";
import { buildFromModule, findGo } from "./go-build.ts";
import { downloadRelease } from "./release-download.ts";
import type { ServerName, ServerSource } from "./versions.ts";
import { serverSources } from "./versions.ts";

export interface FindBinaryOptions {
  /** Told what is done, in sentences. */
  report?: (line: string) => void;
  signal?: AbortSignal;
  environment?: Environment;
  /** Where it comes from; default what versions.ts says of it. */
  source?: ServerSource;
}

interface Search {
  name: ServerName;
  source: ServerSource;
  report: (line: string) => void;
  signal: AbortSignal;
  environment: Environment;
  cacheDirectory: string;
}

/**
 * The path of a server's program: one that is there already and new enough; else the official release, checked against its
 * published checksum; else built from its Go module. Throws a sentence that names every way when none worked.
 */
export async function findBinary(
  name: ServerName,
  options: FindBinaryOptions = {},
): Promise<string> {
  const environment = options.environment ?? processEnvironment();
  const search: Search = {
    name,
    source: options.source ?? serverSources[name],
    report: options.report ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
    environment,
    cacheDirectory: join(homeOf(environment), ".cache", "stills"),
  };
  const present = await findPresent(search);
  if (present !== undefined) return present;
  await mkdir(join(search.cacheDirectory, "bin"), { recursive: true });
  // Two processes that miss the same program would build it twice, each at half the speed.
  await using _lock = await ProcessLock.take(
    join(search.cacheDirectory, "build.lock"),
    search.signal,
    () => search.report(`Another process is fetching servers; waiting for it before ${name}`),
  );
  const quiet = { ...search, report: () => undefined };
  return (await findPresent(quiet)) ?? (await obtain(search));
}

/** Which of the programs are not on this machine yet, and about how many seconds it takes to build them. */
export async function missingBinaries(
  names: readonly ServerName[],
  options: FindBinaryOptions = {},
): Promise<{ names: ServerName[]; buildSeconds: number }> {
  const environment = options.environment ?? processEnvironment();
  const missing: ServerName[] = [];
  for (const name of names) {
    const search = {
      name,
      source: serverSources[name],
      report: () => undefined,
      signal: options.signal ?? new AbortController().signal,
      environment,
      cacheDirectory: join(homeOf(environment), ".cache", "stills"),
    };
    if ((await findPresent(search)) === undefined) missing.push(name);
  }
  const seconds = missing.map((name) => serverSources[name].build.usualSeconds);
  return { names: missing, buildSeconds: seconds.reduce((sum, part) => sum + part, 0) };
}

async function findPresent(search: Search): Promise<string | undefined> {
  const seen = new Set<string>();
  for (const directory of searchPath(search.environment)) {
    const path = join(directory, search.name);
    const program = await executableAt(path);
    // /bin is often a link to /usr/bin.
    if (program === undefined || seen.has(program)) continue;
    seen.add(program);
    const version = await foundVersion(path, search.source, search.signal);
    if (version !== undefined && !isOlder(version, search.source.version)) return path;
    const what = version === undefined ? "does not tell its version" : `is ${version}`;
    search.report(
      `${path} ${what}; Stills needs ${search.source.version} or newer, so it is not used`,
    );
  }
  return undefined;
}

function searchPath(environment: Environment): string[] {
  const home = homeOf(environment);
  const assets = environment["KUBEBUILDER_ASSETS"];
  return [
    ...(assets ? [assets] : []),
    ...(environment["PATH"] ?? "").split(delimiter).filter((directory) => directory !== ""),
    join(home, ".cache", "plain-cluster", "bin"),
    join(home, ".cache", "stills", "bin"),
  ];
}

async function obtain(search: Search): Promise<string> {
  const { name, source, report, signal, cacheDirectory } = search;
  const target = join(cacheDirectory, "bin", name);
  const problems: string[] = [];
  try {
    await downloadRelease({ name, source, target, report, signal });
    return target;
  } catch (thrown) {
    signal.throwIfAborted();
    problems.push(sentenceOf(thrown));
  }
  const go = await findGo(search.environment);
  if (go === undefined) problems.push("there is no `go` on PATH to build it with");
  else {
    try {
      report(`${name}: ${problems[0]}; building it from its Go module instead`);
      await buildFromModule({ go, name, source, target, report, signal, cacheDirectory });
      return target;
    } catch (thrown) {
      signal.throwIfAborted();
      problems.push(sentenceOf(thrown));
    }
  }
  throw new Error(
    `${name} ${source.version} is not on this machine and could not be had: ${problems.join("; ")}. ` +
      `Put a ${name} on PATH or into ${join(cacheDirectory, "bin")}, or install Go from go.dev, or allow this machine to reach the release's host, and start again.`,
  );
}

/** Where the path leads, if that is a program we may run. */
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

function sentenceOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
