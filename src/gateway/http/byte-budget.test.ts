import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteBudget } from "./byte-budget.ts";

test("what fits is held until it is given back, once, and nothing more is reserved meanwhile", () => {
  const held: number[] = [];
  const budget = new ByteBudget(10, (bytes) => held.push(bytes));
  const release = budget.tryReserve(6);
  assert.equal(budget.tryReserve(5), undefined);
  assert.notEqual(budget.tryReserve(4), undefined);
  release?.();
  release?.();
  assert.notEqual(budget.tryReserve(6), undefined);
  assert.deepEqual(held, [6, 10, 4, 10]);
});
