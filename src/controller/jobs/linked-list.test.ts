import assert from "node:assert/strict";
import { test } from "node:test";
import { LinkedList } from "./linked-list.ts";

test("entries keep their order when others are removed", () => {
  const list = new LinkedList<number>();
  const nodes = [1, 2, 3, 4, 5].map((value) => list.append(value));
  list.prepend(0);
  for (const index of [0, 2, 4]) list.remove(nodes[index]!);
  assert.deepEqual([...list], [0, 2, 4]);
  assert.equal(list.size, 3);
  assert.equal(list.first, 0);
  assert.deepEqual([list.shift(), list.shift(), list.shift(), list.shift()], [0, 2, 4, undefined]);
  assert.equal(list.size, 0);
});

test("behaves as an array does, over random operations", () => {
  const list = new LinkedList<number>();
  const model: number[] = [];
  const nodes = new Map<number, ReturnType<typeof list.append>>();
  for (let step = 0; step < 2_000; step += 1) {
    const choice = Math.random();
    if (choice < 0.4) {
      nodes.set(step, list.append(step));
      model.push(step);
    } else if (choice < 0.6) {
      nodes.set(step, list.prepend(step));
      model.unshift(step);
    } else if (choice < 0.8 && model.length > 0) {
      const value = model.splice(Math.floor(Math.random() * model.length), 1)[0]!;
      list.remove(nodes.get(value)!);
    } else assert.equal(list.shift(), model.shift());
    assert.equal(list.size, model.length);
  }
  assert.deepEqual([...list], model);
});
