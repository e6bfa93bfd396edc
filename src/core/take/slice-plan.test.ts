import assert from "node:assert/strict";
import { test } from "node:test";
import { planSlices } from "./slice-plan.ts";

const rangesOf = (height: number, sliceHeightPixels: number, sliceOverlapPixels: number) =>
  planSlices(height, { sliceHeightPixels, sliceOverlapPixels }).map(
    ({ topPixels, heightPixels }) => [topPixels, topPixels + heightPixels],
  );

test("slices overlap as asked, and the last one ends with the picture", () => {
  assert.deepEqual(rangesOf(8000, 4000, 500), [
    [0, 4000],
    [3500, 7500],
    [7000, 8000],
  ]);
});

test("slices without overlap meet", () => {
  assert.deepEqual(rangesOf(8000, 4000, 0), [
    [0, 4000],
    [4000, 8000],
  ]);
  assert.deepEqual(rangesOf(8001, 4000, 0).at(-1), [8000, 8001]);
});

test("a picture that is short enough is one slice", () => {
  assert.deepEqual(rangesOf(300, 4000, 500), [[0, 300]]);
  assert.deepEqual(rangesOf(4000, 4000, 500), [[0, 4000]]);
});
