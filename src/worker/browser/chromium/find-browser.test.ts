import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { findBrowser } from "./find-browser.ts";
import type { BrowserEngine } from "./find-browser.ts";

/** A folder with files that could be browsers. */
async function machineWith(...programs: string[]) {
  const root = await mkdtemp(join(tmpdir(), "stills-test-browsers-"));
  for (const program of programs) {
    const path = join(root, program);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "#!/bin/sh\n");
    await chmod(path, 0o755);
  }
  return {
    path: (program: string) => join(root, program),
    find: (engine: BrowserEngine, configured: Record<string, string> = {}) =>
      findBrowser({
        engine,
        ...configured,
        systemPaths: [join(root, "usr/shell"), join(root, "usr/chromium")],
        puppeteerCacheFolder: join(root, "cache"),
        browserCache: root,
      }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

const cachedShell = (version: string) =>
  `cache/chrome-headless-shell/linux-${version}/chrome-headless-shell-linux64/chrome-headless-shell`;
const cachedChrome = "cache/chrome/linux-160.0.1/chrome-linux64/chrome";

test("a configured browser comes first, ours before puppeteer's", async () => {
  await using machine = await machineWith("usr/shell", "mine", "puppeteers");
  const [configuredPath, puppeteerPath] = [machine.path("mine"), machine.path("puppeteers")];

  const both = await machine.find("HeadlessShell", { configuredPath, puppeteerPath });
  const one = await machine.find("HeadlessShell", { puppeteerPath });

  assert.deepEqual([both.path, both.source], [configuredPath, "STILLS_BROWSER_PATH"]);
  assert.deepEqual([one.path, one.source], [puppeteerPath, "PUPPETEER_EXECUTABLE_PATH"]);
});

test("a configured browser that does not exist is an error; no other is used", async () => {
  await using machine = await machineWith("usr/shell");

  await assert.rejects(
    machine.find("HeadlessShell", { configuredPath: "/nowhere/chromium" }),
    /STILLS_BROWSER_PATH is "\/nowhere\/chromium", which this process cannot start; set it/,
  );
});

test("the system's browser comes before those that puppeteer downloaded", async () => {
  await using machine = await machineWith("usr/chromium", cachedShell("156.0.1"));

  assert.equal((await machine.find("HeadlessShell")).path, machine.path("usr/chromium"));
});

test("the newest of puppeteer's browsers for the engine is used", async () => {
  await using machine = await machineWith(
    cachedShell("99.0.1"),
    cachedShell("156.0.12"),
    cachedShell("156.0.9"),
    cachedChrome,
  );

  assert.equal((await machine.find("HeadlessShell")).path, machine.path(cachedShell("156.0.12")));
  assert.equal((await machine.find("Chrome")).path, machine.path(cachedChrome));
});

test("without a browser for the engine Chrome the error says what to install or to set", async () => {
  await using machine = await machineWith(cachedShell("156.0.1"));

  await assert.rejects(
    machine.find("Chrome"),
    /install Debian's package chromium, or set STILLS_BROWSER_PATH/,
  );
});
