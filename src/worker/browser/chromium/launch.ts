import type { ChildProcess } from "node:child_process";
import { statfs } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import puppeteer from "puppeteer-core";
import type { Browser } from "puppeteer-core";
import type { Logger } from "../../../platform/process/logger.ts";
import { RunningBrowser } from "./running-browser.ts";
import { browserFlags } from "./browser-flags.ts";
import { killGroup, startChromium } from "./chromium-process.ts";
import { createBrowserHome, removeBrowserHome } from "./browser-home.ts";
import type { BrowserHome } from "./browser-home.ts";
import { readOrdinaryUserAgent } from "./ordinary-user-agent.ts";
import { uidForBrowser } from "./browser-user.ts";
import type { FoundBrowser } from "./found-browser.ts";
import { explainLaunchFailure } from "./launch-failure.ts";
import { PipeTransport } from "./pipe-transport.ts";
import { makeReadable, requireReachable } from "./readable-browser.ts";

export type SandboxMode = "Required" | "Disabled";

interface LaunchOptions {
  browser: FoundBrowser;
  sandbox: SandboxMode;
  /** Profiles are created here. */
  temporaryFolder: string;
  /** Folder for copies of browsers; see `browserCacheFolder`. */
  browserCache: string;
  log: Logger;
}

const launchTimeoutMilliseconds = 30_000;
/** A last resort: every call that can hang has its own limit. */
const protocolTimeoutMilliseconds = 120_000;
/** A container's default of 64 MiB is too little for the pictures of a few pages. */
const enoughSharedMemoryBytes = 200 * 1024 * 1024;

/**
 * Starts a Chromium and connects to it. Chromium runs in its own process group, with its own HOME, TMPDIR and profile, without
 * our environment variables, and, when we are root, under a uid that owns no files.
 *
 * We start the process ourselves and pass puppeteer the pipe: puppeteer can neither set the uid nor report what Chromium writes
 * to standard error when it does not start.
 * @throws LaunchFailure that says what to do, with Chromium's own words
 */
export async function launchBrowser(
  options: LaunchOptions,
  signal: AbortSignal,
): Promise<RunningBrowser> {
  signal.throwIfAborted();
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
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(launchTimeoutMilliseconds)]);
  try {
    const transport = pipeOf(started.child);
    const browser = await Promise.race([connect(transport), started.failed, rejectOn(limit)]);
    const root = await browser.target().createCDPSession();
    // Otherwise puppeteer pauses every new window, and the page that opened it, until it has attached to the window.
    await root.connection()?.send("Target.setAutoAttach", {
      autoAttach: false,
      waitForDebuggerOnStart: false,
      flatten: true,
    });
    return new RunningBrowser({
      child: started.child,
      exited: started.exited,
      root,
      pipeClosed: transport.pipeClosed,
      home,
      version: await browser.version(),
      sandboxed: options.sandbox === "Required",
      log: options.log,
    });
  } catch (thrown) {
    killGroup(started.child);
    await started.exited;
    await removeBrowserHome(home);
    signal.throwIfAborted();
    throw explainLaunchFailure(path, started.standardError(), thrown);
  }
}

function pipeOf(child: ChildProcess): PipeTransport {
  const [, , , toBrowser, fromBrowser] = child.stdio;
  return new PipeTransport(toBrowser as Writable, fromBrowser as Readable);
}

async function connect(transport: PipeTransport): Promise<Browser> {
  return puppeteer.connect({
    transport,
    defaultViewport: null,
    protocolTimeout: protocolTimeoutMilliseconds,
    // Puppeteer attaches to no page: a second session on a page costs time and undoes emulation.
    targetFilter: (target) => target.type() === "browser",
  });
}

async function pathFor(options: LaunchOptions, uid: number | undefined): Promise<string> {
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

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
