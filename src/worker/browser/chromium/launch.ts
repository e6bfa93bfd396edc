import { connectBrowser } from "./connect-browser.ts";
import { PipeTransport } from "./pipe-transport.ts";
import type { RunningBrowser } from "./running-browser.ts";
import { startBrowser } from "./start-browser.ts";
import type { StartOptions } from "./start-browser.ts";

/**
 * Starts a Chromium as a child of this process and connects to it.
 * @throws LaunchFailure that says what to do, with Chromium's own words
 */
export async function launchBrowser(
  options: StartOptions,
  signal: AbortSignal,
): Promise<RunningBrowser> {
  signal.throwIfAborted();
  const process = await startBrowser(options);
  const { toBrowser, fromBrowser } = process.pipes;
  const transport = new PipeTransport(toBrowser, fromBrowser);
  const sandboxed = options.sandbox === "Required";
  return await connectBrowser({ process, transport, sandboxed, log: options.log }, signal);
}
