import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { SharedPermits } from "./shared-permits.ts";

const { signal } = new AbortController();

/** Names of what got its permit, in order; `end` gives the permit of the first of a name back. */
function line(permits: SharedPermits) {
  const begun: string[] = [];
  const held: { name: string; permit: Disposable }[] = [];
  return {
    begun,
    ask: (name: string, until: AbortSignal = signal): void => {
      permits.acquire(name, until).then(
        (permit) => {
          begun.push(name);
          held.push({ name, permit });
        },
        () => undefined,
      );
    },
    end: async (name: string): Promise<void> => {
      const index = held.findIndex((entry) => entry.name === name);
      held.splice(index, 1)[0]?.permit[Symbol.dispose]();
      await turn();
    },
  };
}

test("a namespace gets no more than its share, so another one begins at once", async () => {
  const permits = new SharedPermits({ permits: 4, permitsPerNamespace: 2 });
  const { ask, begun, end } = line(permits);
  for (let count = 0; count < 5; count += 1) ask("slow");
  ask("other");
  await turn();
  assert.deepEqual(begun, ["slow", "slow", "other"]);
  assert.equal(permits.waiting, 3);
  await end("slow");
  assert.deepEqual(begun, ["slow", "slow", "other", "slow"]);
});

test("namespaces that wait take turns", async () => {
  const { ask, begun, end } = line(new SharedPermits({ permits: 2, permitsPerNamespace: 2 }));
  for (const name of ["a", "a", "a", "a", "b", "b"]) ask(name);
  await turn();
  assert.deepEqual(begun, ["a", "a"]);
  for (const name of ["a", "a", "b", "a"]) await end(name);
  assert.deepEqual(begun.slice(2).toSorted(), ["a", "a", "b", "b"]);
  assert.ok(begun.indexOf("b") < begun.lastIndexOf("a"));
});

test("one that gives up waiting takes no permit", async () => {
  const permits = new SharedPermits({ permits: 1, permitsPerNamespace: 1 });
  const { ask, begun, end } = line(permits);
  const cancelled = new AbortController();
  ask("a");
  ask("b", cancelled.signal);
  ask("c");
  await turn();
  cancelled.abort();
  await turn();
  assert.equal(permits.waiting, 1);
  await end("a");
  assert.deepEqual(begun, ["a", "c"]);
  await end("c");
  ask("b");
  await turn();
  assert.deepEqual(begun, ["a", "c", "b"]);
});
