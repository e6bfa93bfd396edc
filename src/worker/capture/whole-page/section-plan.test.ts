import assert from "node:assert/strict";
import { test } from "node:test";
import { planSections, sectionHeight } from "./section-plan.ts";

test("sections lie next to one another, and the last ends with the page", () => {
  assert.deepEqual(planSections(1500, 600), [
    { topPixels: 0, heightPixels: 600 },
    { topPixels: 600, heightPixels: 600 },
    { topPixels: 1200, heightPixels: 300 },
  ]);
});

test("a section has no more pixels of the device than its picture has memory for", () => {
  assert.equal(sectionHeight(600, { widthPixels: 1280, deviceScalePercent: 100 }), 600);
  assert.equal(sectionHeight(20_000, { widthPixels: 1000, deviceScalePercent: 100 }), 16_000);
  assert.equal(sectionHeight(20_000, { widthPixels: 1000, deviceScalePercent: 200 }), 4000);
});
