import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { statfs } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import puppeteer from "puppeteer-core";
import type { Browser } from "puppeteer-core";
import type { Logger } from "../../../platform/process/logger.ts";
import { RunningBrowser } from "./running-browser.ts";
import { browserFlags } from "./browser-flags.ts";
import { createBrowserHome, removeBrowserHome } from "./browser-home.ts";
import type { BrowserHome } from "./browser-home.ts";
import { uidForBrowser } from "./browser-identity.ts";
import type { FoundBrowser } from "./found-browser.ts";
import { explainLaunchFailure } from "./launch-failure.ts";
import { PipeTransport } from "./pipe-transport.ts";
import { makeReadable, requireReachable } from "./readable-browser.ts";

export type SandboxMode = "Required" | "Disabled";

export interface LaunchOptions {
  browser: FoundBrowser;
  sandbox: SandboxMode;
  /** Profiles are made here. */
  temporaryFolder: string;
  /** Copies of browsers are kept here where they are needed; see `browserStorePath`. */
  browserStore: string;
  log: Logger;
}

const launchTimeoutMilliseconds = 30_000;
/** A last resort: every call that can hang has a limit of its own. */
const protocolTimeoutMilliseconds = 120_000;
/** Less shared memory than this is a container's default, and too little for the pictures of a few pages. */
const enoughSharedMemoryBytes = 200 * 1024 * 1024;

/**
 * Starts a Chromium and connects to it. Chromium runs in a process group of its own, with its own HOME, TMPDIR and profile,
 * none of our variables, and, when we are root, under a uid that owns nothing.
 *
 * We start the process ourselves and hand puppeteer the pipe: only so can the uid be set, and only so is there something to
 * show when Chromium says on its standard error why it does not start.
 * @throws Error with a sentence that says what to do, with Chromium's own words as cause.
 */
export async function launchBrowser(
  options: LaunchOptions,
  signal: AbortSignal,
): Promise<RunningBrowser> {
  signal.throwIfAborted();
  const uid = uidForBrowser(process.getuid?.());
  const path = await pathFor(options, uid);
  if (uid !== undefined) await requireReachable(options.temporaryFolder, uid);
  const home = await createBrowserHome(options.temporaryFolder, uid);
  const started = startProcess({
    path,
    flags: browserFlags({
      profileFolder: home.profileFolder,
      sandboxed: options.sandbox === "Required",
      sharedMemory: await hasSharedMemory(),
    }),
    environment: { ...environmentFor(home), ...options.browser.environment },
    uid,
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(launchTimeoutMilliseconds)]);
  try {
    const browser = await Promise.race([connect(started.child), started.failed, rejectOn(limit)]);
    const root = await browser.target().createCDPSession();
    // Puppeteer would halt every new window until it has had a look, and the page that opened it with it.
    await root.connection()?.send("Target.setAutoAttach", {
      autoAttach: false,
      waitForDebuggerOnStart: false,
      flatten: true,
    });
    return new RunningBrowser({
      child: started.child,
      exited: started.exited,
      root,
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

interface StartedProcess {
  child: ChildProcess;
  /** Resolves when the process is gone; never rejects. */
  exited: Promise<void>;
  /** Rejects when the process cannot be started or ends. */
  failed: Promise<never>;
  /** The last lines Chromium wrote. */
  standardError(): string;
}

function startProcess(options: {
  path: string;
  flags: readonly string[];
  environment: Record<string, string>;
  uid: number | undefined;
}): StartedProcess {
  const child = spawn(options.path, options.flags, {
    detached: true,
    env: options.environment,
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  const exited = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  // Somebody listens only while the browser is being launched.
  failed.promise.catch(() => undefined);
  child.once("error", (thrown) => {
    failed.reject(thrown);
    exited.resolve();
  });
  child.once("exit", (code, signalName) => {
    failed.reject(new Error(`Chromium ended (${signalName ?? `exit code ${code}`})`));
    exited.resolve();
  });
  const standardError = keepTail(child.stderr);
  return { child, exited: exited.promise, failed: failed.promise, standardError };
}

async function connect(child: ChildProcess): Promise<Browser> {
  const [, , , toBrowser, fromBrowser] = child.stdio;
  const transport = new PipeTransport(toBrowser as Writable, fromBrowser as Readable);
  return puppeteer.connect({
    transport,
    defaultViewport: null,
    protocolTimeout: protocolTimeoutMilliseconds,
    // Puppeteer attaches to nothing: a second session on a page costs time and undoes emulation (notes 5.1).
    targetFilter: (target) => target.type() === "browser",
  });
}

async function pathFor(options: LaunchOptions, uid: number | undefined): Promise<string> {
  if (uid === undefined) return options.browser.path;
  const readable = await makeReadable(options.browser.path, uid, options.browserStore);
  if (readable.copied)
    options.log.info(
      { browserPath: options.browser.path, copyPath: readable.path, uid },
      "Copied browser to a folder that the unprivileged user can read",
    );
  return readable.path;
}

/** Nothing of our own environment: it may name files with secrets. */
function environmentFor(home: BrowserHome): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: home.homeFolder,
    TMPDIR: home.temporaryFolder,
    XDG_CONFIG_HOME: home.homeFolder,
    XDG_CACHE_HOME: home.homeFolder,
    LANG: "en_US.UTF-8",
    TZ: "UTC",
    // Chromium looks for a session bus otherwise, and complains.
    DBUS_SESSION_BUS_ADDRESS: "disabled:",
  };
}

async function hasSharedMemory(): Promise<boolean> {
  const device = await statfs("/dev/shm").catch(() => undefined);
  return device !== undefined && device.bsize * device.blocks >= enoughSharedMemoryBytes;
}

function keepTail(stream: Readable | null): () => string {
  const limit = 8_192;
  let text = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (chunk: string) => {
    text = (text + chunk).slice(-limit);
  });
  stream?.on("error", () => undefined);
  return () => text;
}

/** The whole process group, at once. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
