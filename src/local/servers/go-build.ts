import {
  access,
  constants,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Environment } from "../../platform/process/env.ts";
import { processEnvironment } from "../../platform/process/env.ts";
import { runCommand } from "./command.ts";
import type { ServerSource } from "./versions.ts";

export interface ModuleBuild {
  go: string;
  name: string;
  source: Pick<ServerSource, "version" | "build">;
  /** Where the program goes. */
  target: string;
  report: (line: string) => void;
  signal: AbortSignal;
  cacheDirectory: string;
}

const progressSeconds = 15;

/** The `go` of PATH. */
export async function findGo(environment: Environment): Promise<string | undefined> {
  const directories = (environment["PATH"] ?? "").split(delimiter).filter(Boolean);
  for (const directory of directories) {
    const path = join(directory, "go");
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * Builds a program in a throw-away module that pins one dependency. What was downloaded and compiled stays in Go's own
 * caches, so a build that was broken off goes on where it was.
 */
export async function buildFromModule(build: ModuleBuild): Promise<void> {
  const { name, source, report } = build;
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1000);
  report(`Building ${name} ${source.version} (about ${source.build.usualSeconds} s on 2 cores)`);
  let last = "";
  const timer = setInterval(() => {
    report(`Still building ${name}, ${seconds()} s${last === "" ? "" : `: ${last}`}`);
  }, progressSeconds * 1000);
  try {
    const onLine = (line: string): void => {
      last = line.trim().slice(0, 100);
    };
    const module = await prepareModule(build, onLine);
    const partial = `${build.target}.part-${process.pid}`;
    await runGo(
      build,
      [
        "build",
        // Names each package as it is compiled, which is all the progress there is.
        "-v",
        "-trimpath",
        "-o",
        partial,
        "-ldflags",
        source.build.linkerFlags,
        source.build.packagePath,
      ],
      module,
      onLine,
    );
    await rename(partial, build.target);
  } finally {
    clearInterval(timer);
  }
  report(`Built ${name} in ${seconds()} s`);
}

async function prepareModule(build: ModuleBuild, onLine: (line: string) => void): Promise<string> {
  const { modulePath, replacesStaging } = build.source.build;
  const { version } = build.source;
  const folder = `${modulePath.replaceAll(/[^A-Za-z0-9]+/g, "-")}-${version}`;
  const directory = join(build.cacheDirectory, "build", folder);
  const ready = join(directory, ".ready");
  if (
    await readFile(ready).then(
      () => true,
      () => false,
    )
  )
    return directory;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "go.mod"), "module stills.dev/pin\n\ngo 1.24\n");
  if (replacesStaging === true) {
    const replaces = await stagingReplaces(build, directory, onLine);
    await writeFile(join(directory, "go.mod"), `module stills.dev/pin\n\ngo 1.24\n\n${replaces}\n`);
  }
  await runGo(build, ["get", `${modulePath}@v${version}`], directory, onLine);
  await writeFile(ready, "");
  return directory;
}

/** Kubernetes v1.N.P publishes each module of its staging folder as v0.N.P. */
async function stagingReplaces(
  build: ModuleBuild,
  directory: string,
  onLine: (line: string) => void,
): Promise<string> {
  const { modulePath } = build.source.build;
  const { version } = build.source;
  const answer = await runGo(
    build,
    ["mod", "download", "-json", `${modulePath}@v${version}`],
    directory,
    onLine,
  );
  const { Dir: sources } = JSON.parse(answer) as { Dir: string };
  const staged = await readdir(join(sources, "staging", "src", "k8s.io")).catch(() => []);
  const goMod = await readFile(join(sources, "go.mod"), "utf8");
  const named = [...goMod.matchAll(/^\s*(?:replace\s+)?(k8s\.io\/\S+)\s+=>\s+\.\/staging\//gm)];
  const modules = new Set([
    ...staged.map((name) => `k8s.io/${name}`),
    ...named.map((match) => match[1]),
  ]);
  const stagingVersion = `v0.${version.slice(version.indexOf(".") + 1)}`;
  return [...modules]
    .map((module) => `replace ${module} => ${module} ${stagingVersion}`)
    .join("\n");
}

async function runGo(
  build: ModuleBuild,
  commandArguments: readonly string[],
  workingDirectory: string,
  onLine: (line: string) => void,
): Promise<string> {
  return await runCommand(build.go, commandArguments, {
    signal: build.signal,
    workingDirectory,
    onLine,
    environment: {
      ...processEnvironment(),
      CGO_ENABLED: "0",
      GOFLAGS: "-mod=mod -buildvcs=false",
      GOTOOLCHAIN: "auto",
      GOWORK: "off",
    },
  });
}
