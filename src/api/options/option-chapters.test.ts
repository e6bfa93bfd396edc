import assert from "node:assert/strict";
import { test } from "node:test";
import { httpOptions } from "./http-options.ts";
import { optionChapters } from "./option-chapters.ts";
import { optionExamples } from "./option-examples.ts";

test("every option stands in one chapter", () => {
  const placed = optionChapters.flatMap(({ options }) => options.map(({ http }) => http.name));
  assert.deepEqual(placed.toSorted(), httpOptions.map(({ http }) => http.name).toSorted());
  assert.equal(new Set(placed).size, placed.length);
  const titles = optionChapters.map(({ title }) => title);
  assert.equal(titles[0], "Page");
  assert.ok(!titles.includes("Other"), "an option fits no chapter in option-chapters.ts");
});

test("every option has an example", () => {
  const without = httpOptions
    .map(({ http }) => http.name)
    .filter((name) => optionExamples[name] === undefined);
  assert.deepEqual(without, [], "give one in option-examples.ts");
});
