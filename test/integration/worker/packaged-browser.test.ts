import assert from "node:assert/strict";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { browserStorePath } from "../../../src/worker/browser/process/browser-store.ts";
import { findBrowser } from "../../../src/worker/browser/process/find-browser.ts";
import { launchBrowser } from "../../../src/worker/browser/process/launch.ts";
import { evaluate } from "./launched-browser.ts";
import { silentLog } from "../../support/silent-log.ts";

test("on a machine without a browser the one of the npm package is unpacked and runs in its sandbox", async () => {
  const temporaryFolder = await mkdtemp(join(tmpdir(), "stills-test-packaged-"));
  // The browser's own user has to get in.
  await chmod(temporaryFolder, 0o755);
  await using _folder = {
    [Symbol.asyncDispose]: () => rm(temporaryFolder, { recursive: true, force: true }),
  };
  const browserStore = browserStorePath(temporaryFolder);

  const found = await findBrowser({ engine: "HeadlessShell", browserStore, systemPaths: [] });
  const browser = await launchBrowser(
    { browser: found, sandbox: "Required", temporaryFolder, browserStore, log: silentLog },
    AbortSignal.timeout(60_000),
  );
  await using _browser = { [Symbol.asyncDispose]: () => browser.kill() };
  const context = await browser.createContext(9);

  assert.equal(found.source, "@sparticuz/chromium");
  assert.equal(await evaluate(context.session, "6 * 7"), 42);
});
