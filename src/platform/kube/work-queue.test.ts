import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../process/clock.ts";
import { systemClock } from "../process/clock.ts";
import { createLogger } from "../process/logger.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";
import type { WorkFunction, WorkQueueOptions } from "./work-queue.ts";
import { WorkQueue } from "./work-queue.ts";

const log = createLogger({ component: "test", level: "silent" });

/** A queue that knows its work from the beginning. */
class TestQueue extends WorkQueue {
  readonly #process: WorkFunction;

  constructor(process: WorkFunction, options: Partial<WorkQueueOptions> = {}) {
    super({ name: "test", clock: systemClock, log, ...options });
    this.#process = process;
  }

  override start(process = this.#process): void {
    super.start(process);
  }
}

function createQueue(process: WorkFunction, options?: Partial<WorkQueueOptions>): TestQueue {
  return new TestQueue(process, options);
}

/** A condition that work can open and tests can wait for. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}

/** Lets everything that is ready run. */
async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

test("a key added many times before it is worked on is worked on once", async () => {
  const keys: string[] = [];
  const queue = createQueue(async (key) => void keys.push(key));
  for (let index = 0; index < 10; index += 1) queue.add("a");
  queue.add("b");
  assert.equal(queue.depth, 2);
  queue.start();
  await queue.stop();
  assert.deepEqual(keys, ["a", "b"]);
});

test("a key added while it is worked on is worked on once more, never at the same time", async () => {
  const first = gate();
  const second = gate();
  let calls = 0;
  let together = 0;
  let most = 0;
  const queue = createQueue(async () => {
    calls += 1;
    together += 1;
    most = Math.max(most, together);
    if (calls === 1) await first.opened;
    together -= 1;
    if (calls === 2) second.open();
  });
  queue.start();
  queue.add("a");
  queue.add("a");
  queue.add("a");
  await turn();
  assert.equal(calls, 1);
  first.open();
  await second.opened;
  await queue.stop();
  assert.equal(calls, 2);
  assert.equal(most, 1);
});

test("no more keys than allowed are worked on at the same time", async () => {
  const release = gate();
  let most = 0;
  const queue = createQueue(
    async () => {
      most = Math.max(most, queue.runningCount);
      await release.opened;
    },
    { concurrency: 3 },
  );
  queue.start();
  for (let index = 0; index < 20; index += 1) queue.add(`key-${index}`);
  await turn();
  assert.equal(queue.runningCount, 3);
  assert.equal(queue.depth, 17);
  release.open();
  await turn();
  await queue.stop();
  assert.equal(most, 3);
});

test("failing work comes again until it succeeds, and its failures are then forgotten", async () => {
  const done = gate();
  let calls = 0;
  let retried = 0;
  const queue = createQueue(
    async () => {
      calls += 1;
      if (calls < 4) throw new Error("not yet");
      done.open();
    },
    {
      metrics: {
        ...silentKubeMetrics,
        queueStarted: () => ({
          added() {},
          retried: () => void (retried += 1),
          queued() {},
          worked() {},
        }),
      },
    },
  );
  queue.start();
  queue.add("a");
  await done.opened;
  await turn();
  assert.equal(queue.retriesOf("a"), 0);
  await queue.stop();
  assert.equal(calls, 4);
  assert.equal(retried, 3);
});

test("work that asks for it comes again later, also when the clock only moves by sleeping", async () => {
  const clock = new SkippingClock();
  const times: number[] = [];
  const done = gate();
  const queue = createQueue(
    async () => {
      times.push(clock.monotonicMilliseconds());
      if (times.length < 3) return { requeueAfterMilliseconds: 3_600_000 };
      done.open();
      return undefined;
    },
    { clock },
  );
  queue.start();
  queue.add("a");
  await done.opened;
  await queue.stop();
  assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 3_600_000);
  assert.ok((times[2] ?? 0) - (times[1] ?? 0) >= 3_600_000);
});

test("backoff doubles from 50 ms and ends at 60 s", async () => {
  const delays: number[] = [];
  class Spied extends WorkQueue {
    override addAfter(_key: string, delayMilliseconds: number): void {
      delays.push(delayMilliseconds);
    }
  }
  const queue = new Spied({ name: "test", clock: systemClock, log });
  for (let index = 0; index < 15; index += 1) queue.retry("a");
  const [first = 0, second = 0] = delays;
  assert.ok(first >= 25 && first <= 50, `first ${first}`);
  assert.ok(second >= 50 && second <= 100, `second ${second}`);
  assert.ok(Math.max(...delays) <= 60_000);
  assert.ok((delays[14] ?? 0) >= 30_000);
});

test("work beyond its deadline is told to stop, and the key comes again", async () => {
  const second = gate();
  let calls = 0;
  const queue = createQueue(
    async (_key, signal) => {
      calls += 1;
      if (calls === 2) return second.open();
      await new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
      );
    },
    { deadlineMilliseconds: 20 },
  );
  queue.start();
  queue.add("a");
  await second.opened;
  await queue.stop();
  assert.equal(calls, 2);
});

test("stop waits for what is running and begins nothing more", async () => {
  const started = gate();
  const release = gate();
  const finished: string[] = [];
  const queue = createQueue(
    async (key) => {
      started.open();
      await release.opened;
      finished.push(key);
    },
    { concurrency: 1 },
  );
  queue.start();
  queue.add("a");
  queue.add("b");
  await started.opened;
  const stopped = queue.stop();
  await turn();
  assert.deepEqual(finished, []);
  release.open();
  await stopped;
  assert.deepEqual(finished, ["a"]);
});

test("stop aborts what does not end within the limit", async () => {
  const started = gate();
  let wasAborted = false;
  const queue = createQueue(
    async (_key, signal) => {
      started.open();
      await new Promise<void>((resolve) =>
        signal.addEventListener("abort", () => resolve(), { once: true }),
      );
      wasAborted = true;
    },
    { stopLimitMilliseconds: 10 },
  );
  queue.start();
  queue.add("a");
  await started.opened;
  await queue.stop();
  assert.equal(wasAborted, true);
});

/** Time passes only by sleeping, and then at once. */
class SkippingClock implements Clock {
  #elapsedMilliseconds = 0;

  now(): number {
    return this.#elapsedMilliseconds;
  }

  monotonicMilliseconds(): number {
    return this.#elapsedMilliseconds;
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    await turn();
    signal.throwIfAborted();
    this.#elapsedMilliseconds += milliseconds;
  }
}
