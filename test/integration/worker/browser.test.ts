import assert from "node:assert/strict";
import { readFile, readlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { processesOfGroup } from "../../../src/worker/browser/chromium/process-table.ts";
import { eventually } from "../../support/eventually.ts";
import { evaluate, launchTestBrowser } from "./launched-browser.ts";

test("renderers run under seccomp in their own user namespace, and no flag weakens that", async () => {
  await using browser = await launchTestBrowser();
  const context = await browser.createContext(9);
  await evaluate(context.session, "1");

  const processes = await Promise.all(
    (await processesOfGroup(browser.pid)).map(async ({ pid }) => ({
      commandLine: await readFile(`/proc/${pid}/cmdline`, "utf8"),
      status: await readFile(`/proc/${pid}/status`, "utf8"),
      userNamespace: await readlink(`/proc/${pid}/ns/user`),
    })),
  );

  const ownNamespace = await readlink("/proc/self/ns/user");
  const renderers = processes.filter(({ commandLine }) => commandLine.includes("--type=renderer"));
  assert.ok(renderers.length > 0);
  for (const { status, userNamespace } of renderers) {
    assert.match(status, /^Seccomp:\t2$/m);
    assert.notEqual(userNamespace, ownNamespace);
  }
  for (const { commandLine, status } of processes) {
    assert.doesNotMatch(commandLine, /--no-sandbox|--single-process|--disable-setuid-sandbox/);
    assert.doesNotMatch(status, /^Uid:\t0\t/m);
  }
});

test("a closed browser leaves no process and no folder", async () => {
  await using browser = await launchTestBrowser();
  const profile = /--user-data-dir=([^\0 ]+)/.exec(
    await readFile(`/proc/${browser.pid}/cmdline`, "utf8"),
  )?.[1];
  assert.ok(profile !== undefined && existsSync(profile));

  await browser.close();

  assert.equal(existsSync(profile), false);
  await eventually(
    "all its processes are gone",
    async () => (await processesOfGroup(browser.pid)).length === 0,
  );
});

test("a crash of the browser aborts every open context", async () => {
  await using browser = await launchTestBrowser();
  const context = await browser.createContext(9);

  process.kill(browser.pid, "SIGKILL");
  await browser.closed;

  assert.equal(context.lost.aborted, true);
  assert.equal((context.lost.reason as { reason: string }).reason, "BrowserFailed");
  await assert.rejects(browser.createContext(9), { reason: "BrowserFailed" });
});

test("a browser that was killed has ended as soon as a call to one of its pages fails", async () => {
  for (let time = 0; time < 5; time += 1) {
    await using browser = await launchTestBrowser();
    const [used, spare] = [await browser.createContext(9), await browser.createContext(9)];
    const forever = { expression: "new Promise(() => undefined)", awaitPromise: true };
    const call = used.session.send("Runtime.evaluate", forever);
    process.kill(browser.pid, "SIGKILL");

    await assert.rejects(call);

    // Else the next capture gets a page of the dead browser.
    assert.equal(browser.hasEnded, true);
    assert.equal(spare.lost.aborted, true);
  }
});

test("a crash of one page aborts its context only", async () => {
  await using browser = await launchTestBrowser();
  const [crashing, other] = [await browser.createContext(9), await browser.createContext(9)];

  crashing.session.send("Page.navigate", { url: "chrome://crash" }).catch(() => undefined);

  await eventually("the crash was noticed", () => crashing.lost.aborted);
  assert.equal(await evaluate(other.session, "6 * 7"), 42);
  assert.equal(other.lost.aborted, false);
});

test("a page in an endless loop affects neither the browser nor other pages", async () => {
  await using browser = await launchTestBrowser();
  const [looping, other] = [await browser.createContext(9), await browser.createContext(9)];
  const loop = evaluate(looping.session, "while (true);").catch(() => "ended");

  await looping.dispose();

  assert.equal(await loop, "ended");
  assert.equal(browser.hasEnded, false);
  assert.equal(await evaluate(other.session, "6 * 7"), 42);
});
