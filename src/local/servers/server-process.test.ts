import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../../../test/support/eventually.ts";
import { processEnvironment } from "../../platform/process/env.ts";
import { ServerProcess } from "./server-process.ts";

const signal = new AbortController().signal;

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stills-process-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a program that ends at once is a sentence with the end of its log", async () => {
  await withFolder(async (folder) => {
    const server = new ServerProcess({
      name: "server",
      command: "/bin/sh",
      arguments: ["-c", "echo the port is taken; exit 3"],
      logFile: join(folder, "log"),
      isReady: async () => false,
    });
    await assert.rejects(
      server.start(signal),
      /^Error: server ended at once \(exit code 3\): the port is taken$/,
    );
  });
});

test("a program that does not become ready is stopped", async () => {
  await withFolder(async (folder) => {
    const server = new ServerProcess({
      name: "server",
      command: "sleep",
      arguments: ["3600"],
      logFile: join(folder, "log"),
      isReady: async () => false,
      readyTimeoutSeconds: 0.2,
    });
    await assert.rejects(server.start(signal), /server was not ready within 0.2 seconds/);
    assert.equal(server.isRunning, false);
  });
});

for (const [how, searchPath] of [
  ["by setpriv", processEnvironment()["PATH"] ?? ""],
  ["by a watchdog where setpriv is missing", "/nonexistent"],
] as const)
  test(`a program dies when the process that started it is killed, ${how}`, async () => {
    await withFolder(async (folder) => {
      const source = `
      import { ServerProcess } from ${JSON.stringify(new URL("server-process.ts", import.meta.url).href)};
      const server = new ServerProcess({
        name: "server",
        command: "/bin/sleep",
        arguments: ["3600"],
        logFile: ${JSON.stringify(join(folder, "log"))},
        isReady: async () => true,
      });
      await server.start(new AbortController().signal);
      console.log(server.pid);
      setInterval(() => undefined, 1000);
    `;
      const parent = spawn(process.execPath, ["--input-type=module", "--eval", source], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { PATH: searchPath },
      });
      let pid = Number.NaN;
      try {
        const [line] = (await once(parent.stdout, "data")) as [Buffer];
        pid = Number(line.toString());
        assert.ok(existsSync(`/proc/${pid}`));
      } finally {
        // A parent that is left behind would keep this file's process alive for ever.
        parent.kill("SIGKILL");
      }
      await eventually("the child is gone", () => !isAlive(pid), { limitSeconds: 30 });
    });
  });

/** Running, not just waiting to be collected by init. */
function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}/exe`) && existsSync(`/proc/${pid}/cwd`);
}
