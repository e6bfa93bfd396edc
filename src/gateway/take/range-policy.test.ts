import assert from "node:assert/strict";
import { test } from "node:test";
import { planDelivery, type PartialRequest } from "./range-policy.ts";

const file = { etag: '"v1"', sizeBytes: 100 };

function plan(request: Partial<PartialRequest>): ReturnType<typeof planDelivery> {
  const none = { range: undefined, ifRange: undefined, ifNoneMatch: undefined };
  return planDelivery({ method: "GET", ...none, ...request }, file);
}

const whole = { kind: "Whole" };
const part = (start: number, end: number): object => ({
  kind: "Part",
  range: { start, end },
  sizeBytes: 100,
});

test("a range is cut to the file", () => {
  assert.deepEqual(plan({}), whole);
  assert.deepEqual(plan({ range: "bytes=0-9" }), part(0, 9));
  assert.deepEqual(plan({ range: "bytes=90-" }), part(90, 99));
  assert.deepEqual(plan({ range: "bytes=90-1000" }), part(90, 99));
  assert.deepEqual(plan({ range: "bytes=-10" }), part(90, 99));
  assert.deepEqual(plan({ range: "bytes=-1000" }), part(0, 99));
});

test("what cannot be served as one range is the whole file, or an error beyond its end", () => {
  for (const range of ["bytes=0-9,20-29", "bytes=-", "lines=1-2", "bytes=9-1", "x"])
    assert.deepEqual(plan({ range }), whole, range);
  for (const range of ["bytes=100-", "bytes=-0", "bytes=500-600"])
    assert.deepEqual(plan({ range }), { kind: "Unsatisfiable", sizeBytes: 100 }, range);
  assert.deepEqual(plan({ method: "HEAD", range: "bytes=0-9" }), whole);
});

test("a range of another version is the whole file", () => {
  assert.deepEqual(plan({ range: "bytes=0-9", ifRange: '"v1"' }), part(0, 9));
  for (const ifRange of ['"v0"', 'W/"v1"', "Wed, 01 Jan 2031 00:00:00 GMT"])
    assert.deepEqual(plan({ range: "bytes=0-9", ifRange }), whole, ifRange);
});

test("a file that the caller has is not sent again", () => {
  for (const ifNoneMatch of ['"v1"', 'W/"v1"', '"v0", "v1"', "*"])
    assert.deepEqual(plan({ ifNoneMatch, range: "bytes=0-9" }), {
      kind: "NotModified",
      etag: file.etag,
    });
  assert.deepEqual(plan({ ifNoneMatch: '"v0"' }), whole);
});
