import assert from "node:assert/strict";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { browserCacheFolder } from "../../../src/worker/browser/chromium/browser-cache.ts";
import { findBrowser } from "../../../src/worker/browser/chromium/find-browser.ts";
import { launchBrowser } from "../../../src/worker/browser/chromium/launch.ts";
import { evaluate } from "./launched-browser.ts";
import { silentLog } from "../../support/silent-log.ts";

test("on a machine without a browser, the npm package's browser is unpacked and runs in its sandbox", async () => {
  const temporaryFolder = await mkdtemp(join(tmpdir(), "stills-test-packaged-"));
  // The browser's own user has to get in.
  await chmod(temporaryFolder, 0o755);
  await using _folder = {
    [Symbol.asyncDispose]: () => rm(temporaryFolder, { recursive: true, force: true }),
  };
  const browserCache = browserCacheFolder(temporaryFolder);

  const found = await findBrowser({ engine: "HeadlessShell", browserCache, systemPaths: [] });
  const browser = await launchBrowser(
    { browser: found, sandbox: "Required", temporaryFolder, browserCache, log: silentLog },
    AbortSignal.timeout(60_000),
  );
  await using _browser = { [Symbol.asyncDispose]: () => browser.kill() };
  const context = await browser.createContext(9);

  assert.equal(found.source, "@sparticuz/chromium");
  assert.equal(await evaluate(context.session, "6 * 7"), 42);
});
