import assert from "node:assert/strict";
import { test } from "node:test";
import { Readiness } from "./readiness.ts";

/** A precondition that the test switches. */
function switchable(problem?: string) {
  let listener = (): void => undefined;
  let current = problem;
  return {
    problem: () => current,
    onChange: (listen: () => void) => {
      listener = listen;
    },
    become: (next?: string) => {
      current = next;
      listener();
    },
  };
}

const never = new AbortController().signal;

test("a worker is ready when nothing is missing, and says everything that is", async () => {
  const [browser, egress] = [switchable("No browser"), switchable("No egress proxy")];
  const readiness = new Readiness([browser, egress]);
  const ready = readiness.untilReady(never).then(() => "ready");

  assert.equal(readiness.problem, "No browser. No egress proxy");
  browser.become();
  assert.equal(readiness.problem, "No egress proxy");
  egress.become();

  assert.equal(readiness.problem, undefined);
  assert.equal(await ready, "ready");
});

test("work is interrupted as soon as something is missing", async () => {
  const browser = switchable();
  using ready = new Readiness([browser]).whileReady(never);
  assert.equal(ready.signal.aborted, false);
  const interrupted = new Promise((resolve) => ready.signal.addEventListener("abort", resolve));

  browser.become("No browser");

  await interrupted;
  assert.equal(ready.signal.aborted, true);
});

test("whoever waits is let go when the process stops", async () => {
  const stopping = new AbortController();
  const waiting = new Readiness([switchable("No browser")]).untilReady(stopping.signal);

  stopping.abort();

  assert.equal(await waiting.then(() => "let go"), "let go");
});
