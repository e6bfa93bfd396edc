import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ChildSupervisor } from "./child-supervisor.ts";
import type { Child } from "./child-supervisor.ts";
import { ServerProcess } from "./servers/server-process.ts";

const signal = new AbortController().signal;

function childOf(process: ServerProcess): Child {
  return { kind: "sleeper", process, start: (stop) => process.start(stop) };
}

async function withSleeper(use: (sleeper: ServerProcess) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stills-supervisor-"));
  const sleeper = new ServerProcess({
    name: "sleeper",
    command: "sleep",
    arguments: ["3600"],
    logFile: join(folder, "log"),
    isReady: async () => true,
  });
  try {
    await use(sleeper);
  } finally {
    await sleeper.stop();
    await rm(folder, { recursive: true });
  }
}

test("a child that exits is restarted and reported, and its new process id is known", async () => {
  await withSleeper(async (sleeper) => {
    const reports: string[] = [];
    const restarted = Promise.withResolvers<void>();
    const supervisor = new ChildSupervisor({
      report: (line) => reports.push(line),
      onRestart: async () => restarted.resolve(),
    });
    await supervisor.start(childOf(sleeper), signal);
    const before = sleeper.pid!;
    process.kill(before, "SIGKILL");
    await restarted.promise;
    assert.notEqual(sleeper.pid, before);
    assert.deepEqual(supervisor.pids, { sleeper: [sleeper.pid] });
    assert.equal(reports[0], "sleeper ended (SIGKILL); restarting it");
    await supervisor.stop();
  });
});

test("after stop, a child that exits is not restarted", async () => {
  await withSleeper(async (sleeper) => {
    const supervisor = new ChildSupervisor({
      report: () => undefined,
      onRestart: async () => undefined,
    });
    await supervisor.start(childOf(sleeper), signal);
    await supervisor.stop();
    await sleeper.kill();
    assert.equal(sleeper.pid, undefined);
  });
});
