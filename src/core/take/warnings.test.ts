import assert from "node:assert/strict";
import { test } from "node:test";
import { boundedWarnings, warningHeaders } from "./warnings.ts";

test("warnings are bounded, each once", () => {
  assert.deepEqual(boundedWarnings(undefined), []);
  assert.deepEqual(boundedWarnings("x"), []);
  assert.deepEqual(boundedWarnings(["a", 5, null, "", "a", "b"]), ["a", "b"]);
  const many = boundedWarnings(Array.from({ length: 99 }, (_, n) => `${n} ${"é".repeat(600)}`));
  assert.equal(many.length, 16);
  assert.ok(many.every((one) => Array.from(one).length === 512 && one.endsWith("…")));
});

test("warnings are one header, in the words of the caller", () => {
  assert.deepEqual(warningHeaders([]), {});
  assert.deepEqual(
    warningHeaders(['Nothing visible matched element.selector "#ä"', "use wait.selector\nmore"]),
    {
      "x-stills-warning": 'Nothing visible matched `selector` "#?" | use `wait_for_selector` more',
    },
  );
});
