import { sweepBrowserHomes } from "./chromium/browser-home.ts";
import { uidForBrowser } from "./chromium/browser-user.ts";
import { findBrowser } from "./chromium/find-browser.ts";
import { launchBrowser } from "./chromium/launch.ts";
import type { RunningBrowser } from "./chromium/running-browser.ts";
import type { StartOptions } from "./chromium/start-browser.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { LaunchConfig } from "./config.ts";

/**
 * Finds a browser and logs which, removes what killed workers left behind, and returns the function that launches the browser.
 * @throws Error that says what to install or to set
 */
export async function createLauncher(
  config: LaunchConfig,
  log: Logger,
): Promise<(signal: AbortSignal) => Promise<RunningBrowser>> {
  const options = await prepareStart(config, log);
  return (signal) => launchBrowser(options, signal);
}

/**
 * Finds a browser and logs which, removes what killed processes left behind, and returns how to start the browser.
 * @throws Error that says what to install or to set
 */
export async function prepareStart(config: LaunchConfig, log: Logger): Promise<StartOptions> {
  const { temporaryFolder, browserCache, sandbox } = config;
  const removedFolders = await sweepBrowserHomes(temporaryFolder);
  if (removedFolders > 0)
    log.info({ removedFolders }, "Removed folders of browsers that have ended");
  const browser = await findBrowser(config);
  log.info({ browserPath: browser.path, source: browser.source, sandbox }, "Chose browser");
  if (browser.warning !== undefined) log.warn({ browserPath: browser.path }, browser.warning);
  const uid = uidForBrowser(process.getuid?.());
  if (uid !== undefined)
    log.info({ uid }, "This process runs as root; its browser runs as an unprivileged user");
  if (sandbox === "Disabled")
    log.warn(
      {},
      "Chromium runs without its sandbox because STILLS_BROWSER_SANDBOX is Disabled: a page that breaks out of the browser controls this process",
    );
  return { browser, sandbox, temporaryFolder, browserCache, log };
}
