import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ChildSupervisor } from "./child-supervisor.ts";
import { ServerProcess } from "./servers/server-process.ts";

const signal = new AbortController().signal;

async function withSleeper(use: (sleeper: ServerProcess) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stills-keeper-"));
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

test("a child that dies is started again and reported, and its new process id is known", async () => {
  await withSleeper(async (sleeper) => {
    const reports: string[] = [];
    const restarted = Promise.withResolvers<void>();
    const keeper = new ChildSupervisor(
      (line) => reports.push(line),
      async () => restarted.resolve(),
    );
    await sleeper.start(signal);
    keeper.keep({ kind: "sleeper", process: sleeper, start: (stop) => sleeper.start(stop) });
    const before = sleeper.pid!;
    process.kill(before, "SIGKILL");
    await restarted.promise;
    assert.notEqual(sleeper.pid, before);
    assert.deepEqual(keeper.pids, { sleeper: [sleeper.pid] });
    assert.equal(reports[0], "sleeper ended (SIGKILL); starting it again");
    await keeper.stop();
  });
});

test("after stop a death is an end", async () => {
  await withSleeper(async (sleeper) => {
    const keeper = new ChildSupervisor(
      () => undefined,
      async () => undefined,
    );
    await sleeper.start(signal);
    keeper.keep({ kind: "sleeper", process: sleeper, start: (stop) => sleeper.start(stop) });
    await keeper.stop();
    await sleeper.kill();
    assert.equal(sleeper.pid, undefined);
  });
});
