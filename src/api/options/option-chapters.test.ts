import assert from "node:assert/strict";
import { test } from "node:test";
import { captureOptions, nameOf } from "./capture-options.ts";
import { endpointOptions } from "./http-options.ts";
import { optionChapters } from "./option-chapters.ts";
import { optionExamples } from "./option-examples.ts";

const everyOption = Object.values(endpointOptions).flatMap(({ all }) => all);

for (const endpoint of ["take", "animate"] as const)
  test(`every option of /${endpoint} stands in one chapter`, () => {
    const chapters = optionChapters[endpoint];
    const placed = chapters.flatMap(({ options }) => options.map(({ http }) => http.name));
    const all = endpointOptions[endpoint].all.map(({ http }) => http.name);
    assert.deepEqual(placed.toSorted(), all.toSorted());
    assert.equal(new Set(placed).size, placed.length);
    const titles = chapters.map(({ title }) => title);
    assert.equal(titles[0], "Page");
    assert.equal(titles.includes("Animation"), endpoint === "animate");
    assert.ok(!titles.includes("Other"), "an option fits no chapter in option-chapters.ts");
  });

test("every option has an example", () => {
  const without = everyOption
    .map(({ http }) => http.name)
    .filter((name) => optionExamples[name] === undefined);
  assert.deepEqual(without, [], "give one in option-examples.ts");
});

test("a text for callers names options and words of calls, not fields of the resource", () => {
  const names = new Set(everyOption.map(({ http }) => http.name));
  const fields = new Set(captureOptions.flatMap(({ path }) => [path, nameOf(path)]));
  for (const { http, text } of everyOption) {
    const quoted = [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
    const strangers = quoted.filter((word) => fields.has(word) && !names.has(word));
    assert.deepEqual(strangers, [], `${http.name}: say \`http.text\` in the catalogue`);
    const words = Object.values(http.words ?? {}).filter((word) => /[a-z][A-Z]/.test(word));
    assert.deepEqual(
      words.filter((word) => text.includes(word)),
      [],
      `${http.name}: say \`http.text\` in the catalogue`,
    );
  }
});
