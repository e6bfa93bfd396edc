import assert from "node:assert/strict";
import { test } from "node:test";
import { BackgroundParts } from "./background-parts.ts";
import { systemClock } from "./clock.ts";
import type { Runnable } from "./lifecycle.ts";

/** A part that starts when it is told to, and notes what happens to it. */
function aPart(name: string, log: string[], start: () => Promise<void>): Runnable {
  return {
    name,
    start: async () => {
      await start();
      log.push(`${name} started`);
    },
    stop: async () => void log.push(`${name} stopped`),
  };
}

function inBackground(parts: Runnable[], patienceMilliseconds: number): BackgroundParts {
  return new BackgroundParts({ name: "parts", parts, patienceMilliseconds, clock: systemClock });
}

const never = new AbortController().signal;

test("parts that start soon are waited for, and stop in reverse", async () => {
  const log: string[] = [];
  const ready = async (): Promise<void> => undefined;
  const parts = inBackground([aPart("a", log, ready), aPart("b", log, ready)], 60_000);
  await parts.start(never);
  assert.deepEqual(log, ["a started", "b started"]);
  await parts.stop();
  assert.deepEqual(log.slice(2), ["b stopped", "a stopped"]);
});

test("a part that takes long delays neither the process nor its stop, and the next waits for it", async () => {
  const log: string[] = [];
  const server = Promise.withResolvers<void>();
  const parts = inBackground(
    [aPart("slow", log, () => server.promise), aPart("next", log, async () => undefined)],
    1,
  );
  await parts.start(never);
  assert.deepEqual(log, []);
  server.resolve();
  await parts.stop();
  // The part was on its way, so it is stopped; the one after it is no longer begun.
  assert.deepEqual(log, ["slow started", "slow stopped"]);
});

test("a part that cannot start fails the start within the patience, and the process after it", async () => {
  const refuse = async (): Promise<void> => {
    throw new Error("no");
  };
  const soon = inBackground([aPart("a", [], refuse)], 60_000);
  await assert.rejects(soon.start(never), /no/);

  const server = Promise.withResolvers<void>();
  const late = inBackground([aPart("a", [], () => server.promise)], 1);
  await late.start(never);
  server.reject(new Error("late"));
  await assert.rejects(late.failed, /late/);
});
