import { tmpdir } from "node:os";
import { browserCacheFolder } from "../../../src/worker/browser/chromium/browser-cache.ts";
import { findBrowser } from "../../../src/worker/browser/chromium/find-browser.ts";
import { launchBrowser } from "../../../src/worker/browser/chromium/launch.ts";
import type { RunningBrowser } from "../../../src/worker/browser/chromium/running-browser.ts";
import { silentLog } from "../../support/silent-log.ts";

/** A real browser as a worker starts it; killed when the test is over. */
export async function launchTestBrowser(): Promise<RunningBrowser & AsyncDisposable> {
  const temporaryFolder = tmpdir();
  const browserCache = browserCacheFolder(temporaryFolder);
  const browser = await findBrowser({ engine: "HeadlessShell", browserCache });
  const running = await launchBrowser(
    { browser, sandbox: "Required", temporaryFolder, browserCache, log: silentLog },
    AbortSignal.timeout(60_000),
  );
  return Object.assign(running, { [Symbol.asyncDispose]: () => running.kill() });
}

export async function evaluate(
  session: { send: RunningBrowserSession["send"] },
  expression: string,
): Promise<unknown> {
  const { result } = await session.send("Runtime.evaluate", {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  return result.value;
}

type RunningBrowserSession = Awaited<ReturnType<RunningBrowser["createContext"]>>["session"];
