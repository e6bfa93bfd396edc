import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointOptions, httpOptions } from "../../../api/options/http-options.ts";
import { rawOptionsOfQuery } from "../../take/raw-options.ts";
import { parseTakeRequest } from "../../take/take-request.ts";
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

for (const endpoint of ["take", "animate"] as const)
  test(`every example of /${endpoint} is a call that it takes`, () => {
    const { all } = endpointOptions[endpoint];
    const given = all.filter(({ http }) => http.name !== "signature");
    for (const option of given) {
      const example = optionFacts(option, endpointOptions[endpoint]).find(
        ({ term }) => term === "Example",
      );
      const query = example?.text.slice(1, -1) ?? "";
      const source = ["url", "html", "markdown"].includes(option.http.name)
        ? ""
        : "url=https%3A%2F%2Fexample.com%2F&";
      assert.ok(query.includes(`${option.http.name}=`), option.http.name);
      parseTakeRequest(rawOptionsOfQuery(source + query), endpoint);
    }
  });

test("a list repeats its name in the example, and everything is encoded", () => {
  assert.ok(
    factsOf("hide_selectors").includes("Example: `hide_selectors=.popup&hide_selectors=%23ad`"),
  );
});
