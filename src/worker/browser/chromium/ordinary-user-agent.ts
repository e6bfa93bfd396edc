import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { FoundBrowser } from "./found-browser.ts";

const execute = promisify(execFile);
/** It takes 20 ms, and a second when the file is read for the first time. */
const versionTimeoutMilliseconds = 20_000;

/**
 * The user agent that a browser of this version has on a desktop, where a headless one says that it is headless; undefined if the
 * browser does not tell its version.
 */
export async function readOrdinaryUserAgent(
  path: string,
  { environment }: Pick<FoundBrowser, "environment">,
): Promise<string | undefined> {
  const { stdout } = await execute(path, ["--version"], {
    timeout: versionTimeoutMilliseconds,
    env: { PATH: "/usr/bin:/bin", ...environment },
  }).catch(() => ({ stdout: "" }));
  const majorVersion = /(\d+)\.\d+\.\d+/.exec(stdout)?.[1];
  if (majorVersion === undefined) return undefined;
  // Chromium tells no more than the major version since 110.
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${majorVersion}.0.0.0 Safari/537.36`;
}
