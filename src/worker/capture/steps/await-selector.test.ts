import assert from "node:assert/strict";
import { test } from "node:test";
import { countSelectors } from "./await-selector.ts";

for (const [list, count] of [
  ["#a", 1],
  ["#a, .b", 2],
  [".a:is(.b, .c), :not(:is(p, q), r)", 2],
  ['[title="a, b"], .c', 2],
  ["[title='(']  , p,q", 3],
  [String.raw`.a\,b`, 1],
] as const)
  test(`${list} has ${count}`, () => assert.equal(countSelectors(list), count));
