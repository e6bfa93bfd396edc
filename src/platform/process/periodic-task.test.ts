import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "./clock.ts";
import { createLogger } from "./logger.ts";
import { PeriodicTask } from "./periodic-task.ts";
import type { PeriodicTaskOptions } from "./periodic-task.ts";

function aTask(options: Partial<PeriodicTaskOptions>): { task: PeriodicTask; lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ component: "test", level: "info", destination });
  const task = new PeriodicTask({
    name: "counting",
    pauseMilliseconds: 5,
    clock: systemClock,
    log,
    work: async () => undefined,
    ...options,
  });
  return { task, lines };
}

test("it works again and again, and after its stop no more", async () => {
  let rounds = 0;
  const { task } = aTask({ work: async () => void (rounds += 1) });
  await task.start();
  assert.equal(rounds, 0);
  while (rounds < 3) await delay(1);
  await task.stop();
  const atStop = rounds;
  await delay(20);
  assert.equal(rounds, atStop);
});

test("the first round can begin at once, and the last one decide about the pause", async () => {
  const pauses = [1, 60_000];
  let rounds = 0;
  const { task } = aTask({
    firstRound: "at once",
    pauseMilliseconds: () => pauses[rounds - 1] ?? 0,
    work: async () => void (rounds += 1),
  });
  await task.start();
  assert.equal(rounds, 1);
  await delay(20);
  assert.equal(rounds, 2);
  await task.stop();
});

test("triggered, it does not wait", async () => {
  let rounds = 0;
  const { task } = aTask({ pauseMilliseconds: 60_000, work: async () => void (rounds += 1) });
  await task.start();
  task.trigger();
  await delay(5);
  assert.equal(rounds, 1);
  await task.stop();
});

test("triggered during a round, it starts another one after it", async () => {
  let rounds = 0;
  const { task } = aTask({
    pauseMilliseconds: 60_000,
    firstRound: "at once",
    work: async () => {
      rounds += 1;
      if (rounds === 1) task.trigger();
    },
  });
  await task.start();
  await delay(5);
  assert.equal(rounds, 2);
  await task.stop();
});

test("a round that fails is logged and followed by the next", async () => {
  let rounds = 0;
  const { task, lines } = aTask({
    work: async () => {
      rounds += 1;
      throw new Error("no luck");
    },
  });
  await task.start();
  while (rounds < 2) await delay(1);
  await task.stop();
  assert.match(lines[0] ?? "", /"task":"counting".*"Periodic task failed"/);
  assert.match(lines[0] ?? "", /no luck/);
});

test("it ends with a signal of its caller, too", async () => {
  const ending = new AbortController();
  const { task } = aTask({ pauseMilliseconds: 60_000 });
  const run = task.run(ending.signal);
  ending.abort();
  await run;
});
