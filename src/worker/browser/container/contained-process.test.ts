import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ContainedProcess } from "./contained-process.ts";

/** A browser with its DevTools pipe, in a time that the test moves on. */
function contain(context: TestContext) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const abandoned: string[] = [];
  const devtools = new Socket();
  const contained = new ContainedProcess({
    browser: "b1",
    recycleAboveBytes: 1,
    send: () => undefined,
    abandon: ({ message }) => abandoned.push(message),
    memoryUse: () => undefined,
  });
  contained.connect(devtools);
  return { abandoned, contained, devtools, timers: context.mock.timers };
}

test("a browser that is killed is in use no more, whatever its launcher says", (t) => {
  const { contained, devtools } = contain(t);
  contained.kill();
  assert.ok(devtools.destroyed);
});

test("a launcher that does not end a browser is given up", async (t) => {
  const { abandoned, contained, timers } = contain(t);
  contained.note({ kind: "Started", browser: "b1", pid: 7 });
  contained.kill();
  await nextTurn();
  timers.tick(9_999);
  assert.deepEqual(abandoned, []);
  timers.tick(1);
  assert.deepEqual(abandoned, ["It did not end a browser"]);
});

test("a launcher that is still starting it is kept", async (t) => {
  const { abandoned, contained, timers } = contain(t);
  contained.kill();
  await nextTurn();
  timers.tick(60_000);
  assert.deepEqual(abandoned, []);
});

test("a launcher that ends it is kept", async (t) => {
  const { abandoned, contained, timers } = contain(t);
  contained.note({ kind: "Started", browser: "b1", pid: 7 });
  contained.kill();
  contained.note({ kind: "Ended", browser: "b1", reason: "BrowserFailed", message: "killed" });
  await nextTurn();
  timers.tick(10_000);
  assert.deepEqual(abandoned, []);
});
