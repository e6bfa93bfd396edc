import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mostGrowths, planGrowth, tallestWindowPixels } from "./growth-plan.ts";

const page = { windowPixels: 600, growths: 0, limitPixels: 40_000 };
const overflow = { documentPixels: 3000, belowPixels: 2400, insidePixels: 0 };

describe("a window that follows its page", () => {
  test("grows by what is below it, or inside an element", () => {
    const inside = { documentPixels: 600, belowPixels: 0, insidePixels: 900 };

    assert.deepEqual(planGrowth({ ...page, overflow }), { kind: "Grow", heightPixels: 3000 });
    assert.deepEqual(planGrowth({ ...page, overflow: inside }), {
      kind: "Grow",
      heightPixels: 1500,
    });
  });

  test("is done when nothing, or no more than rounding, is outside", () => {
    const rounded = { documentPixels: 602, belowPixels: 2, insidePixels: 0 };

    assert.deepEqual(planGrowth({ ...page, overflow: rounded }), { kind: "Done" });
  });

  test("grows no higher than the picture", () => {
    const limited = { ...page, overflow, limitPixels: 1000 };

    assert.deepEqual(planGrowth(limited), { kind: "Grow", heightPixels: 1000 });
    assert.deepEqual(planGrowth({ ...limited, windowPixels: 1000 }), { kind: "Done" });
  });

  test("leaves what is above the highest window to parts", () => {
    const tall = { documentPixels: 30_000, belowPixels: 10_000, insidePixels: 0 };
    const highest = { ...page, windowPixels: tallestWindowPixels, overflow: tall };

    assert.deepEqual(planGrowth({ ...highest, growths: 1 }), { kind: "Tall" });
    assert.deepEqual(planGrowth({ ...highest, growths: 4 }), { kind: "Endless" });
  });

  test("gives up a page that grows for ever", () => {
    assert.deepEqual(planGrowth({ ...page, overflow, growths: mostGrowths }), { kind: "Endless" });
  });
});
