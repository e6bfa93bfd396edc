import { statfs } from "node:fs/promises";
import type { Socket } from "node:net";
import type { Logger } from "../../../platform/process/logger.ts";
import { browserFlags } from "./browser-flags.ts";
import { createBrowserHome } from "./browser-home.ts";
import type { BrowserHome } from "./browser-home.ts";
import { uidForBrowser } from "./browser-user.ts";
import { startChromium } from "./chromium-process.ts";
import type { FoundBrowser } from "./found-browser.ts";
import { LocalBrowserProcess } from "./local-browser-process.ts";
import { readOrdinaryUserAgent } from "./ordinary-user-agent.ts";
import { makeReadable, requireReachable } from "./readable-browser.ts";

export type SandboxMode = "Required" | "Disabled";

export interface StartOptions {
  browser: FoundBrowser;
  sandbox: SandboxMode;
  /** Profiles are created here. */
  temporaryFolder: string;
  /** Folder for copies of browsers; see `browserCacheFolder`. */
  browserCache: string;
  log: Logger;
}

/** A container's default of 64 MiB is too little for the pictures of a few pages. */
const enoughSharedMemoryBytes = 200 * 1024 * 1024;

/**
 * Starts a Chromium, in its own process group, with its own HOME, TMPDIR and profile, without our environment variables, and, when we
 * are root, under a uid that owns no files. Its DevTools are two pipes, or the connected socket `devtools`.
 *
 * We start the process ourselves: puppeteer can neither set the uid nor report what Chromium writes to standard error when it does
 * not start.
 * @throws Error that says what to do, when it cannot even be tried
 */
export async function startBrowser(
  options: StartOptions,
  devtools?: Socket,
): Promise<LocalBrowserProcess> {
  const uid = uidForBrowser(process.getuid?.());
  const path = await pathFor(options, uid);
  if (uid !== undefined) await requireReachable(options.temporaryFolder, uid);
  const userAgent = await readOrdinaryUserAgent(path, options.browser);
  const home = await createBrowserHome(options.temporaryFolder, uid);
  const started = startChromium({
    path,
    flags: browserFlags({
      profileFolder: home.profileFolder,
      sandboxed: options.sandbox === "Required",
      sharedMemory: await hasSharedMemory(),
      ...(userAgent !== undefined && { userAgent }),
    }),
    environment: { ...environmentFor(home), ...options.browser.environment },
    uid,
    devtools,
  });
  return new LocalBrowserProcess({ started, home, path, log: options.log });
}

async function pathFor(options: StartOptions, uid: number | undefined): Promise<string> {
  if (uid === undefined) return options.browser.path;
  const readable = await makeReadable(options.browser.path, uid, options.browserCache);
  if (readable.copied)
    options.log.info(
      { browserPath: options.browser.path, copyPath: readable.path, uid },
      "Copied browser to a folder that the unprivileged user can read",
    );
  return readable.path;
}

/** Nothing of our own environment, which may name files with secrets. */
function environmentFor(home: BrowserHome): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: home.homeFolder,
    TMPDIR: home.temporaryFolder,
    XDG_CONFIG_HOME: home.homeFolder,
    XDG_CACHE_HOME: home.homeFolder,
    LANG: "en_US.UTF-8",
    TZ: "UTC",
    // Otherwise Chromium looks for a session bus and logs that there is none.
    DBUS_SESSION_BUS_ADDRESS: "disabled:",
  };
}

async function hasSharedMemory(): Promise<boolean> {
  const device = await statfs("/dev/shm").catch(() => undefined);
  return device !== undefined && device.bsize * device.blocks >= enoughSharedMemoryBytes;
}
