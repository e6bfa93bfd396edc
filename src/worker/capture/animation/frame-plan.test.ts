import assert from "node:assert/strict";
import { test } from "node:test";
import { framesUntil, frameTimeMilliseconds, planFrames } from "./frame-plan.ts";

test("an animation has as many frames as its rate says", () => {
  assert.deepEqual(planFrames({ durationSeconds: 5 }, "MP4"), { framesPerSecond: 25, count: 125 });
  assert.deepEqual(planFrames({ durationSeconds: 5 }, "GIF"), { framesPerSecond: 10, count: 50 });
  const fast = planFrames({ durationSeconds: 30, framesPerSecond: 30 }, "GIF");
  assert.deepEqual(fast, { framesPerSecond: 30, count: 900 });
});

test("frames are as far apart as the rate says, from the beginning on", () => {
  const plan = { framesPerSecond: 25, count: 125 };
  assert.deepEqual(
    [0, 1, 2, 124].map((frame) => frameTimeMilliseconds(frame, plan)),
    [0, 40, 80, 4960],
  );
});

test("an animation that ends at a moment shows it in its last frame", () => {
  const plan = { framesPerSecond: 10, count: 50 };
  assert.deepEqual(
    [0, 100, 101, 4899, 9000].map((milliseconds) => framesUntil(milliseconds, plan)),
    [1, 2, 3, 50, 50],
  );
});
