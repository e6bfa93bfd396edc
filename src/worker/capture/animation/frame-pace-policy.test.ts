import assert from "node:assert/strict";
import { test } from "node:test";
import { planStride } from "./frame-pace-policy.ts";

test("with time enough each frame gets a picture", () => {
  assert.equal(
    planStride({ millisecondsPerFrame: 50, framesLeft: 700, millisecondsLeft: 60_000 }),
    1,
  );
});

test("without, a picture stands for as many frames as it has to", () => {
  const slow = { millisecondsPerFrame: 100, framesLeft: 700 };
  assert.equal(planStride({ ...slow, millisecondsLeft: 60_000 }), 2);
  assert.equal(planStride({ ...slow, millisecondsLeft: 30_000 }), 4);
});

test("never for more than five, and with no time left it is the deadline that ends the capture", () => {
  const slow = { millisecondsPerFrame: 100, framesLeft: 700 };
  assert.equal(planStride({ ...slow, millisecondsLeft: 5_000 }), 5);
  assert.equal(planStride({ ...slow, millisecondsLeft: 0 }), 5);
});

test("the last frames are not stretched", () => {
  assert.equal(planStride({ millisecondsPerFrame: 100, framesLeft: 1, millisecondsLeft: 0 }), 1);
});
