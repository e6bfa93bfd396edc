import assert from "node:assert/strict";
import { test } from "node:test";
import { Readiness } from "./readiness.ts";
import { ReadinessCondition } from "./readiness-condition.ts";

const noBrowser = { reason: "BrowserMissing", message: "No browser" } as const;
const noEgress = { reason: "EgressUnreachable", message: "No egress proxy" } as const;
const never = new AbortController().signal;

test("a worker is ready when nothing is missing, and names everything that is", async () => {
  const browser = new ReadinessCondition(noBrowser);
  const egress = new ReadinessCondition(noEgress);
  const readiness = new Readiness([egress, browser]);
  const ready = readiness.untilReady(never).then(() => "ready");

  assert.deepEqual(readiness.unreadyReason, {
    reason: "BrowserMissing",
    message: "No browser. No egress proxy",
  });
  browser.set(undefined);
  assert.deepEqual(readiness.unreadyReason, noEgress);
  egress.set(undefined);

  assert.equal(readiness.unreadyReason, undefined);
  assert.equal(await ready, "ready");
});

test("work is interrupted as soon as something is missing", async () => {
  const browser = new ReadinessCondition();
  using ready = new Readiness([browser]).whileReady(never);
  assert.equal(ready.signal.aborted, false);
  const interrupted = new Promise((resolve) => ready.signal.addEventListener("abort", resolve));

  browser.set(noBrowser);

  await interrupted;
  assert.equal(ready.signal.aborted, true);
});

test("waiting for readiness ends when the process stops", async () => {
  const stopping = new AbortController();
  const waiting = new Readiness([new ReadinessCondition(noBrowser)]).untilReady(stopping.signal);

  stopping.abort();

  assert.equal(await waiting.then(() => "ended"), "ended");
});
