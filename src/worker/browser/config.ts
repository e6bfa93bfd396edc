import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvReader } from "../../platform/process/env.ts";
import { browserCacheFolder } from "./chromium/browser-cache.ts";
import type { BrowserEngine } from "./chromium/find-browser.ts";
import type { SandboxMode } from "./chromium/start-browser.ts";

/** How a process starts browsers. */
export interface LaunchConfig {
  engine: BrowserEngine;
  sandbox: SandboxMode;
  configuredPath?: string;
  puppeteerPath?: string;
  puppeteerCacheFolder: string;
  /** Profiles go here. */
  temporaryFolder: string;
  /** Browsers that were unpacked or copied. */
  browserCache: string;
}

export interface WorkerBrowserConfig extends LaunchConfig {
  /** Where the worker meets the launcher of a browser in a container of its own; undefined: the worker starts the browser. */
  socketsFolder: string | undefined;
  recycleAfterCaptures: number;
  recycleAfterSeconds: number;
}

/** Reads what a worker has to know of its browser. */
export function readBrowserConfig(env: EnvReader): WorkerBrowserConfig {
  return {
    ...readLaunchConfig(env),
    socketsFolder: env.has("STILLS_BROWSER_SOCKETS_DIR") ? readSocketsFolder(env) : undefined,
    recycleAfterCaptures: env.integer("STILLS_RECYCLE_AFTER_CAPTURES", {
      text: "After how many captures a browser is replaced.",
      default: 200,
      min: 1,
      max: 100_000,
    }),
    recycleAfterSeconds: env.integer("STILLS_RECYCLE_AFTER_SECONDS", {
      text: "After how long a browser is replaced.",
      default: 1800,
      min: 10,
      max: 604_800,
    }),
  };
}

/** The folder in which a worker and the launcher in the container of its browser meet. */
export function readSocketsFolder(env: EnvReader): string {
  return env.string("STILLS_BROWSER_SOCKETS_DIR", {
    text: "Folder in which a worker meets `stills worker browser`, which starts its browsers; without it, a worker starts them itself.",
    pattern: /^\/.{0,60}$/,
    allowed: "an absolute path of at most 61 characters, since paths of sockets are short",
  });
}

/** Reads which browser is started, and how. */
export function readLaunchConfig(env: EnvReader): LaunchConfig {
  return {
    engine: env.oneOf("STILLS_BROWSER_ENGINE", ["HeadlessShell", "Chrome"], {
      text: "Chromium's headless shell, or the full browser.",
      default: "HeadlessShell",
    }),
    sandbox: env.oneOf("STILLS_BROWSER_SANDBOX", ["Required", "Disabled"], {
      text: "Whether the worker refuses to run a browser without its sandbox.",
      default: "Required",
    }),
    ...(env.has("STILLS_BROWSER_PATH") && {
      configuredPath: env.string("STILLS_BROWSER_PATH", {
        text: "The browser to use.",
        defaultText: "the first one that is found",
      }),
    }),
    ...(env.has("PUPPETEER_EXECUTABLE_PATH") && {
      puppeteerPath: env.string("PUPPETEER_EXECUTABLE_PATH", {
        text: "A browser to use when STILLS_BROWSER_PATH is not set.",
      }),
    }),
    puppeteerCacheFolder: env.string("PUPPETEER_CACHE_DIR", {
      text: "Folder of the browsers that puppeteer has downloaded.",
      defaultText: "~/.cache/puppeteer",
      default: join(homedir(), ".cache", "puppeteer"),
    }),
    temporaryFolder: tmpdir(),
    browserCache: env.string("STILLS_BROWSER_CACHE_DIR", {
      text: "Folder of browsers that a worker has unpacked or copied; kept for its next start.",
      defaultText: "a folder in the temporary folder",
      default: browserCacheFolder(tmpdir()),
    }),
  };
}
