import assert from "node:assert/strict";
import { test } from "node:test";
import { easingNames } from "../../../api/options/easings.ts";
import { ease, type Easing } from "./easing.ts";

const easings = Object.values(easingNames) as Easing[];

test("there are thirteen, and each goes from the beginning to the end without going back", () => {
  assert.equal(easings.length, 13);
  for (const easing of easings) {
    assert.equal(ease(easing, 0), 0, easing);
    assert.equal(ease(easing, 1), 1, easing);
    const steps = Array.from({ length: 101 }, (_, step) => ease(easing, step / 100));
    assert.ok(
      steps.every((value, step) => step === 0 || value >= (steps[step - 1] ?? 0)),
      easing,
    );
  }
});

test("each has the values of its curve", () => {
  assert.equal(ease("Linear", 0.25), 0.25);
  assert.equal(ease("EaseInQuad", 0.5), 0.25);
  assert.equal(ease("EaseOutQuad", 0.5), 0.75);
  assert.equal(ease("EaseInCubic", 0.5), 0.125);
  assert.equal(ease("EaseOutQuart", 0.5), 0.9375);
  assert.equal(ease("EaseInQuint", 0.5), 0.03125);
  assert.equal(ease("EaseInOutQuad", 0.25), 0.125);
  assert.equal(ease("EaseInOutQuint", 0.25), 16 * 0.25 ** 5);
  assert.equal(ease("EaseInOutQuint", 0.75), 1 - 16 * 0.25 ** 5);
  for (const easing of easings.filter((one) => one.startsWith("EaseInOut")))
    assert.equal(ease(easing, 0.5), 0.5, easing);
});

test("before the beginning and after the end nothing moves", () => {
  for (const easing of easings) assert.deepEqual([ease(easing, -1), ease(easing, 2)], [0, 1]);
});
