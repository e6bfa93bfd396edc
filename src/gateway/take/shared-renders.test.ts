import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedRenders } from "./shared-renders.ts";

const never = new AbortController().signal;

/** A render that the test ends. */
function heldRender() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const state = { started: 0 };
  const render = (): Promise<string> => {
    state.started += 1;
    return promise;
  };
  return { render, resolve, reject, state };
}

test("those with one key wait for one render, those with another for theirs", async () => {
  const renders = new SharedRenders<string>();
  const [held, other] = [heldRender(), heldRender()];
  const first = renders.join("a", never, held.render);
  const second = renders.join("a", never, held.render);
  const third = renders.join("b", never, other.render);
  held.resolve("picture");
  other.resolve("another");
  assert.deepEqual(await first, { value: "picture", isShared: false });
  assert.deepEqual(await second, { value: "picture", isShared: true });
  assert.deepEqual(await third, { value: "another", isShared: false });
  assert.equal(held.state.started, 1);
});

test("one that leaves, even the first, leaves the render to the others and to those who come later", async () => {
  const renders = new SharedRenders<string>();
  const held = heldRender();
  const leaving = new AbortController();
  const first = renders.join("a", leaving.signal, held.render);
  leaving.abort(new Error("gone"));
  await assert.rejects(first, /gone/);
  const second = renders.join("a", never, held.render);
  held.resolve("picture");
  assert.deepEqual(await second, { value: "picture", isShared: true });
  assert.equal(held.state.started, 1);
});

test("a render that has ended, or failed, is not shared any more", async () => {
  const renders = new SharedRenders<string>();
  const failing = heldRender();
  const waiting = [
    renders.join("a", never, failing.render),
    renders.join("a", never, failing.render),
  ];
  failing.reject(new Error("no picture"));
  for (const one of waiting) await assert.rejects(one, /no picture/);
  const next = heldRender();
  const again = renders.join("a", never, next.render);
  next.resolve("picture");
  assert.deepEqual(await again, { value: "picture", isShared: false });
});
