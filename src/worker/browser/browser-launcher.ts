import { browserStorePath } from "./process/browser-store.ts";
import { sweepBrowserHomes } from "./process/browser-home.ts";
import { uidForBrowser } from "./process/browser-identity.ts";
import type { RunningBrowser } from "./process/running-browser.ts";
import { findBrowser } from "./process/find-browser.ts";
import { launchBrowser } from "./process/launch.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { WorkerBrowserConfig } from "../config.ts";

/**
 * Finds a browser, says which, tidies up after workers that were killed, and returns the function that launches it.
 * @throws Error with a sentence that says what to install or to set.
 */
export async function createLauncher(
  config: WorkerBrowserConfig,
  log: Logger,
): Promise<(signal: AbortSignal) => Promise<RunningBrowser>> {
  const { temporaryFolder, sandbox } = config;
  const removedFolders = await sweepBrowserHomes(temporaryFolder);
  if (removedFolders > 0) log.info({ removedFolders }, "Removed folders of browsers that are gone");
  const browserStore = browserStorePath(temporaryFolder);
  const browser = await findBrowser({ ...config, browserStore });
  log.info({ browserPath: browser.path, source: browser.source, sandbox }, "Chose browser");
  if (browser.warning !== undefined) log.warn({ browserPath: browser.path }, browser.warning);
  const uid = uidForBrowser(process.getuid?.());
  if (uid !== undefined)
    log.info({ uid }, "Running as root, so the browser runs under an unprivileged user");
  if (sandbox === "Disabled")
    log.warn(
      {},
      "Chromium runs WITHOUT its sandbox because STILLS_BROWSER_SANDBOX is Disabled: a page that breaks out of the browser owns this worker",
    );
  return (signal) =>
    launchBrowser({ browser, sandbox, temporaryFolder, browserStore, log }, signal);
}
