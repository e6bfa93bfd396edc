import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { Lifecycle } from "./lifecycle.ts";
import type { Runnable } from "./lifecycle.ts";
import { createLogger } from "./logger.ts";

const log = createLogger({ component: "test", level: "silent" });

function part(name: string, events: string[], overrides: Partial<Runnable> = {}): Runnable {
  return {
    name,
    start: async () => void events.push(`start ${name}`),
    stop: async () => void events.push(`stop ${name}`),
    ...overrides,
  };
}

test("parts start in order and stop in reverse", async () => {
  const events: string[] = [];
  const lifecycle = new Lifecycle(log);
  const last = part("c", events, { start: async () => lifecycle.stop("enough") });
  await lifecycle.run([part("a", events), part("b", events), last]);
  assert.deepEqual(events, ["start a", "start b", "stop c", "stop b", "stop a"]);
  assert.ok(lifecycle.stopping.aborted);
});

test("a start that fails stops what was started and is the outcome", async () => {
  const events: string[] = [];
  const broken = part("b", events, { start: () => Promise.reject(new Error("port 1 is taken")) });
  await assert.rejects(
    new Lifecycle(log).run([part("a", events), broken, part("c", events)]),
    /b did not start: port 1 is taken/,
  );
  assert.deepEqual(events, ["start a", "stop a"]);
});

test("a start that takes too long is given up", async () => {
  const events: string[] = [];
  const slow = part("slow", events, {
    start: () => new Promise(() => undefined),
    startTimeoutSeconds: 0.05,
  });
  await assert.rejects(
    new Lifecycle(log).run([part("a", events), slow]),
    /slow did not start within 0.05 seconds/,
  );
  assert.deepEqual(events, ["start a", "stop a"]);
});

test("a part that fails later brings everything down, with its cause", async () => {
  const events: string[] = [];
  const failure = Promise.withResolvers<never>();
  const fragile = part("b", events, { failed: failure.promise });
  const last = part("c", events, { start: async () => failure.reject(new Error("lost")) });
  await assert.rejects(
    new Lifecycle(log).run([part("a", events), fragile, last]),
    (thrown: unknown) =>
      thrown instanceof Error &&
      thrown.message === "b failed" &&
      (thrown.cause as Error).message === "lost",
  );
  assert.deepEqual(events, ["start a", "start b", "stop c", "stop b", "stop a"]);
});

test("a stop that hangs or throws keeps no other part from stopping", async () => {
  const events: string[] = [];
  const lifecycle = new Lifecycle(log);
  const hanging = part("b", events, {
    stop: () => new Promise(() => undefined),
    stopTimeoutSeconds: 0.05,
  });
  const throwing = part("c", events, { stop: () => Promise.reject(new Error("no")) });
  const last = part("d", events, { start: async () => lifecycle.stop("enough") });
  await assert.rejects(
    lifecycle.run([part("a", events), hanging, throwing, last]),
    /c did not stop cleanly; b did not stop within 0.05 seconds/,
  );
  assert.equal(events.at(-1), "stop a");
});

const program = (stop: string) => `
  import { Lifecycle } from ${JSON.stringify(new URL("lifecycle.ts", import.meta.url).href)};
  import { createLogger } from ${JSON.stringify(new URL("logger.ts", import.meta.url).href)};
  const lifecycle = new Lifecycle(createLogger({ component: "test", level: "silent" }));
  await lifecycle.run([{ name: "a", start: async () => console.log("started"), stop: ${stop} }]);
  console.log("stopped");
`;

async function runProgram(source: string, onOutput: (text: string, kill: () => void) => void) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    onOutput(chunk.toString(), () => child.kill("SIGTERM"));
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

test("SIGTERM stops the process in order", async () => {
  const { code, output } = await runProgram(
    program(`async () => console.log("stopping")`),
    (text, kill) => {
      if (text.includes("started")) kill();
    },
  );
  assert.equal(code, 0);
  assert.equal(output, "started\nstopping\nstopped\n");
});

test("a second signal ends the process at once", async () => {
  const { code, output } = await runProgram(
    program(`() => { console.log("hanging"); return new Promise(() => undefined); }`),
    (text, kill) => {
      if (text.includes("started") || text.includes("hanging")) kill();
    },
  );
  assert.equal(code, 143);
  assert.equal(output, "started\nhanging\n");
});
