import assert from "node:assert/strict";
import { test } from "node:test";
import { Readiness } from "./readiness.ts";
import type { UnreadyReason } from "./readiness.ts";

/** A precondition that the test switches. */
function switchable(shortcoming?: UnreadyReason) {
  let listener = (): void => undefined;
  let current = shortcoming;
  return {
    shortcoming: () => current,
    onChange: (listen: () => void) => {
      listener = listen;
    },
    become: (next?: UnreadyReason) => {
      current = next;
      listener();
    },
  };
}

const noBrowser = { reason: "BrowserMissing", message: "No browser" } as const;
const noEgress = { reason: "EgressUnreachable", message: "No egress proxy" } as const;
const never = new AbortController().signal;

test("a worker is ready when nothing is missing, and says everything that is", async () => {
  const [browser, egress] = [switchable(noBrowser), switchable(noEgress)];
  const readiness = new Readiness([egress, browser]);
  const ready = readiness.untilReady(never).then(() => "ready");

  assert.deepEqual(readiness.shortcoming, {
    reason: "BrowserMissing",
    message: "No browser. No egress proxy",
  });
  browser.become();
  assert.deepEqual(readiness.shortcoming, noEgress);
  egress.become();

  assert.equal(readiness.shortcoming, undefined);
  assert.equal(await ready, "ready");
});

test("work is interrupted as soon as something is missing", async () => {
  const browser = switchable();
  using ready = new Readiness([browser]).whileReady(never);
  assert.equal(ready.signal.aborted, false);
  const interrupted = new Promise((resolve) => ready.signal.addEventListener("abort", resolve));

  browser.become(noBrowser);

  await interrupted;
  assert.equal(ready.signal.aborted, true);
});

test("whoever waits is let go when the process stops", async () => {
  const stopping = new AbortController();
  const waiting = new Readiness([switchable(noBrowser)]).untilReady(stopping.signal);

  stopping.abort();

  assert.equal(await waiting.then(() => "let go"), "let go");
});
