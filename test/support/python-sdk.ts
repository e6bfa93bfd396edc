import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  cachedFolder,
  ensureBrowserCache as ensureOwnFolder,
} from "../../src/worker/browser/chromium/browser-cache.ts";

const version = "0.0.17";
const installTimeoutMilliseconds = 300_000;

/** The folder of the official Python SDK, for PYTHONPATH. It is installed from the registry of Python packages once a machine. */
export async function pythonSDKFolder(): Promise<string> {
  const cache = join(homedir(), ".cache", "stills");
  await ensureOwnFolder(cache);
  return await cachedFolder(cache, `python-sdk-${version}`, async (folder) => {
    const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    const install = promisify(execFile)(
      "python3",
      [...words, "--target", folder, `screenshotone==${version}`],
      { timeout: installTimeoutMilliseconds },
    );
    await install.catch((thrown: unknown) => {
      throw new Error(
        "The official Python SDK could not be installed: that needs python3 with pip, and a way to its registry",
        { cause: thrown },
      );
    });
  });
}
