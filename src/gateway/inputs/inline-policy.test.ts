import assert from "node:assert/strict";
import { test } from "node:test";
import { tooLargeToInline } from "./inline-policy.ts";

const cases: { sizes: number[]; stored: number[] }[] = [
  { sizes: [], stored: [] },
  { sizes: [4096], stored: [] },
  { sizes: [4097], stored: [0] },
  { sizes: [2000, 2096], stored: [] },
  { sizes: [2000, 2097], stored: [1] },
  { sizes: [100, 5_000_000, 200], stored: [1] },
  { sizes: [4000, 4000, 4000], stored: [0, 1] },
];

for (const { sizes, stored } of cases)
  test(`of texts of ${sizes.join(", ") || "no"} bytes the largest are stored: ${stored.join(", ") || "none"}`, () => {
    assert.deepEqual(
      [...tooLargeToInline(sizes)].toSorted((a, b) => a - b),
      stored,
    );
  });
