import { join } from "node:path";
import { kubeCredentials } from "../platform/kube/kube-credentials.ts";
import { KubeTransport } from "../platform/kube/transport.ts";
import type { EnvReader } from "../platform/process/env.ts";
import { Lifecycle } from "../platform/process/lifecycle.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import { createLogger } from "../platform/process/logger.ts";
import { Composition } from "./composition.ts";
import { UsageError, readLocalConfig } from "./config.ts";
import type { LocalConfig } from "./config.ts";
import { readCoordinates } from "./coordinates.ts";
import type { LocalCoordinates } from "./coordinates.ts";
import { savePicture, takePicture } from "./picture.ts";
import type { PictureOutcome } from "./picture.ts";
import { failureText, nextSteps, startupNotice } from "./console-text.ts";
import { missingBinaries } from "./servers/find-binary.ts";
import { ProcessLock } from "./servers/process-lock.ts";
import { serverNames } from "./servers/server-sources.ts";

/**
 * `npm start`: everything on this machine, until Ctrl-C; `npm start -- --once URL`: one picture, through what runs already
 * or else through all of it started for that. Returns the exit code.
 */
export async function runLocal(env: EnvReader, words: readonly string[]): Promise<number> {
  try {
    const config = readLocalConfig(env, words);
    if (config.onceURL === undefined) return await serve(config);
    const running = await runningIn(config.directory);
    if (running === undefined) return await startForOne(config, config.onceURL);
    return await takeOne(config, running, config.onceURL, new AbortController().signal);
  } catch (thrown) {
    if (thrown instanceof UsageError) return complain(thrown.message, 2);
    return complain(sentenceOf(thrown), 1);
  }
}

async function serve(config: LocalConfig): Promise<number> {
  const lifecycle = createLifecycle();
  const composition = new Composition(config, console.log);
  const firstPicture: Runnable = {
    name: "the first picture",
    startTimeoutSeconds: 300,
    start: async (signal) => {
      const { coordinates, welcomePageURL } = composition;
      console.log(`Taking the first picture, of ${welcomePageURL}`);
      const outcome = await takeThrough(coordinates, "first-picture", welcomePageURL, signal);
      if (outcome.kind === "Failed") throw new Error(failureText(outcome, welcomePageURL));
      console.log(
        nextSteps(coordinates, outcome, { url: welcomePageURL, directory: config.directory }),
      );
    },
    stop: async () => console.log("Stopping"),
  };
  for (const line of startupNotice(await missingBinaries(serverNames))) console.log(line);
  await lifecycle.run([composition, firstPicture]);
  return 0;
}

async function startForOne(config: LocalConfig, url: string): Promise<number> {
  const lifecycle = createLifecycle();
  const composition = new Composition(config, console.error);
  let exitCode = 1;
  const picture: Runnable = {
    name: "the picture",
    startTimeoutSeconds: 300,
    start: async (signal) => {
      exitCode = await takeOne(config, composition.coordinates, url, signal);
      lifecycle.stop("the picture is taken");
    },
    stop: async () => undefined,
  };
  for (const line of startupNotice(await missingBinaries(serverNames))) console.error(line);
  await lifecycle.run([composition, picture]);
  return exitCode;
}

async function takeOne(
  config: LocalConfig,
  coordinates: LocalCoordinates,
  url: string,
  signal: AbortSignal,
): Promise<number> {
  const outcome = await takeThrough(coordinates, "once", url, signal);
  if (outcome.kind === "Failed") return complain(failureText(outcome, url), 1);
  const copy = join(config.directory, "pictures", `${outcome.name}.png`);
  await savePicture(outcome.location, copy, signal);
  console.log(`Location: ${outcome.location}\nCopy:     ${copy}`);
  return 0;
}

async function takeThrough(
  { kubeconfig, namespace }: LocalCoordinates,
  namePrefix: string,
  url: string,
  signal: AbortSignal,
): Promise<PictureOutcome> {
  const transport = new KubeTransport(kubeCredentials(kubeconfig));
  try {
    return await takePicture(transport, { namespace, namePrefix, url }, signal);
  } finally {
    await transport.close();
  }
}

/** Its own lines are for people; the logs of the roles are in files. */
function createLifecycle(): Lifecycle {
  const lifecycle = new Lifecycle(createLogger({ component: "local", level: "silent" }));
  // The launcher holds the other end; it closes when that is killed outright.
  process.once("disconnect", () => lifecycle.stop("whoever started it is gone"));
  process.channel?.unref();
  return lifecycle;
}

/** What runs in the folder and is ready; a file left behind by a killed process does not count. */
async function runningIn(directory: string): Promise<LocalCoordinates | undefined> {
  const holder = await ProcessLock.holderOf(join(directory, "lock"));
  return holder === undefined ? undefined : await readCoordinates(directory);
}

function complain(sentence: string, exitCode: number): number {
  console.error(sentence);
  return exitCode;
}

function sentenceOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
