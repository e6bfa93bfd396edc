import { setTimeout as delay } from "node:timers/promises";
import puppeteer from "puppeteer-core";
import type { Browser } from "puppeteer-core";
import type { Logger } from "../../../platform/process/logger.ts";
import type { BrowserProcess } from "./browser-process.ts";
import type { PipeTransport } from "./pipe-transport.ts";
import { RunningBrowser } from "./running-browser.ts";

interface ConnectOptions {
  process: BrowserProcess;
  transport: PipeTransport;
  sandboxed: boolean;
  log: Logger;
}

const launchTimeoutMilliseconds = 30_000;
/** A last resort: every call that can hang has its own limit. */
const protocolTimeoutMilliseconds = 120_000;
/** Between the end of its pipe and that of the process. */
const exitTimeoutMilliseconds = 1_000;

/**
 * Connects to a browser that was just started, and kills it when that fails.
 * @throws LaunchFailure that says what to do, with Chromium's own words; or the signal's reason
 */
export async function connectBrowser(
  { process, transport, sandboxed, log }: ConnectOptions,
  signal: AbortSignal,
): Promise<RunningBrowser> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(launchTimeoutMilliseconds)]);
  try {
    const ended = process.exited.then(() => {
      throw new Error("Chromium ended");
    });
    const browser = await Promise.race([connect(transport), ended, rejectOn(limit)]);
    const root = await browser.target().createCDPSession();
    // Otherwise puppeteer pauses every new window, and the page that opened it, until it has attached to the window.
    await root.connection()?.send("Target.setAutoAttach", {
      autoAttach: false,
      waitForDebuggerOnStart: false,
      flatten: true,
    });
    const version = await browser.version();
    const { pipeClosed } = transport;
    return new RunningBrowser({ process, root, pipeClosed, version, sandboxed, log });
  } catch (thrown) {
    // One that ends by itself says why.
    const late = limit.aborted ? 0 : exitTimeoutMilliseconds;
    await Promise.race([process.exited, delay(late, undefined, { ref: false })]);
    process.kill();
    await process.gone;
    signal.throwIfAborted();
    throw process.explainLaunchFailure(thrown);
  }
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

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
