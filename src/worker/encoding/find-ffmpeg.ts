import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { inheritedEnvironment } from "../../platform/process/inherited-environment.ts";

interface FindOptions {
  /** STILLS_FFMPEG_PATH. */
  configuredPath?: string | undefined;
  /** Folders that programs are looked for in. Default: PATH. */
  searchPath?: string;
  /** Default: where `npm start` and `npm test` put one. */
  cacheFolder?: string;
}

/** Of this user, as for the servers of `stills local`. */
export const programCache = join(homedir(), ".cache", "stills", "bin");

/** What to do where there is none. */
export const installFfmpeg =
  "install it (apt-get install ffmpeg), or set STILLS_FFMPEG_PATH to the path of one";

/**
 * The path of ffmpeg: the configured one, else the first on PATH, else the one that was fetched for this user; undefined if there is
 * none.
 * @throws Error when the configured one cannot be started
 */
export function findFfmpeg({
  configuredPath,
  searchPath = inheritedEnvironment(["PATH"])["PATH"] ?? "",
  cacheFolder = programCache,
}: FindOptions = {}): string | undefined {
  if (configuredPath !== undefined) {
    if (isProgram(configuredPath)) return configuredPath;
    throw new Error(
      `STILLS_FFMPEG_PATH is ${JSON.stringify(configuredPath)}, which this process cannot start; set it to the path of ffmpeg or unset it`,
    );
  }
  const folders = [...searchPath.split(delimiter).filter((folder) => folder !== ""), cacheFolder];
  return folders.map((folder) => join(folder, "ffmpeg")).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
