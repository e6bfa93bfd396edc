import assert from "node:assert/strict";
import { test } from "node:test";
import { httpOptions } from "../../../api/options/http-options.ts";
import { optionFacts } from "./option-facts.ts";

function factsOf(name: string): string[] {
  const option = httpOptions.find(({ http }) => http.name === name);
  assert.ok(option !== undefined, name);
  return optionFacts(option).map(({ term, text }) => `${term}: ${text}`);
}

test("a number has its bounds, its default and its field of a job", () => {
  assert.deepEqual(factsOf("viewport_width"), [
    "Type: integer from 1 to 16384",
    "Default: `1280`",
    "In a job: `spec.viewport.widthPixels`",
    "Example: `viewport_width=800`",
  ]);
});

test("an option names what it goes with, and what not", () => {
  assert.ok(factsOf("full_page_scroll_by").includes("Goes with: only with `full_page`"));
  assert.ok(
    factsOf("full_page_scroll_by").includes("Goes with: not with `full_page_scroll=false`"),
  );
  assert.ok(factsOf("store").includes("Goes with: needs `storage_path`"));
  assert.ok(factsOf("delay").includes("Goes with: `delay` above 30 only with `timeout` above 300"));
  assert.ok(
    factsOf("omit_background").includes("Goes with: `true` only with `format` `png`, `webp`"),
  );
  assert.ok(factsOf("pdf_margin").includes("Goes with: has an effect only with `format` `pdf`"));
  assert.ok(factsOf("format").some((fact) => fact.startsWith("Not here: `heif`: ")));
});

test("a list repeats its name in the example, and everything is encoded", () => {
  assert.ok(
    factsOf("hide_selectors").includes("Example: `hide_selectors=.popup&hide_selectors=%23ad`"),
  );
});
