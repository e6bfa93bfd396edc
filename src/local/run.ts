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
import { CoordinatesFile } from "./coordinates.ts";
import type { LocalCoordinates } from "./coordinates.ts";
import { savePicture, takePicture } from "./request-picture.ts";
import type { PictureOutcome } from "./request-picture.ts";
import { failureText, nextSteps, startupNotice } from "./console-text.ts";
import { missingBinaries } from "./servers/find-binary.ts";
import { ProcessLock } from "./servers/process-lock.ts";
import { serverNames } from "./servers/server-sources.ts";

/**
 * `npm start` runs all of Stills on this machine until Ctrl-C. `npm start -- --once URL` takes one picture, through a Stills that
 * runs already or else through one that is started for it. Returns the exit code.
 */
export async function runLocal(env: EnvReader, words: readonly string[]): Promise<number> {
  try {
    const config = readLocalConfig(env, words);
    if (config.onceURL === undefined) return await runUntilStopped(config);
    const running = await findRunning(config.directory);
    if (running === undefined) return await startForOnePicture(config, config.onceURL);
    return await takeOnePicture(config, running, config.onceURL, new AbortController().signal);
  } catch (thrown) {
    if (thrown instanceof UsageError) return printError(thrown.message, 2);
    return printError(messageOf(thrown), 1);
  }
}

async function runUntilStopped(config: LocalConfig): Promise<number> {
  const lifecycle = createLifecycle();
  const composition = new Composition(config, console.log);
  const firstPicture: Runnable = {
    name: "the first picture",
    startTimeoutSeconds: 300,
    start: async (signal) => {
      const { coordinates, welcomePageURL } = composition;
      console.log(`Taking the first picture, of ${welcomePageURL}`);
      const outcome = await takePictureThrough(
        coordinates,
        "first-picture",
        welcomePageURL,
        signal,
      );
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

async function startForOnePicture(config: LocalConfig, url: string): Promise<number> {
  const lifecycle = createLifecycle();
  const composition = new Composition(config, console.error);
  let exitCode = 1;
  const picture: Runnable = {
    name: "the picture",
    startTimeoutSeconds: 300,
    start: async (signal) => {
      exitCode = await takeOnePicture(config, composition.coordinates, url, signal);
      lifecycle.stop("the picture is taken");
    },
    stop: async () => undefined,
  };
  for (const line of startupNotice(await missingBinaries(serverNames))) console.error(line);
  await lifecycle.run([composition, picture]);
  return exitCode;
}

async function takeOnePicture(
  config: LocalConfig,
  coordinates: LocalCoordinates,
  url: string,
  signal: AbortSignal,
): Promise<number> {
  const outcome = await takePictureThrough(coordinates, "once", url, signal);
  if (outcome.kind === "Failed") return printError(failureText(outcome, url), 1);
  const copy = join(config.directory, "pictures", `${outcome.name}.png`);
  await savePicture(outcome.location, copy, signal);
  console.log(`Location: ${outcome.location}\nCopy:     ${copy}`);
  return 0;
}

async function takePictureThrough(
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

/** Logs nothing itself: the composition prints sentences, and the roles log to files. */
function createLifecycle(): Lifecycle {
  const lifecycle = new Lifecycle(createLogger({ component: "local", level: "silent" }));
  // The channel to the launcher closes when the launcher is killed.
  process.once("disconnect", () => lifecycle.stop("the launcher has ended"));
  process.channel?.unref();
  return lifecycle;
}

/** The Stills that uses the directory and is ready. A file that a killed process left behind does not count. */
async function findRunning(directory: string): Promise<LocalCoordinates | undefined> {
  const holder = await ProcessLock.holderOf(join(directory, "lock"));
  return holder === undefined ? undefined : await new CoordinatesFile(directory).read();
}

function printError(sentence: string, exitCode: number): number {
  console.error(sentence);
  return exitCode;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
