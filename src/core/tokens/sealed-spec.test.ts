import assert from "node:assert/strict";
import { test } from "node:test";
import { screenshotJob } from "../../api/kinds/screenshot-job.ts";
import { associatedDataOf, canonicalJSON, withoutDefaults } from "./sealed-spec.ts";

test("JSON is the same whatever the order of keys, and lists keep theirs", () => {
  assert.equal(canonicalJSON({ b: 1, a: { d: [2, 1], c: undefined } }), '{"a":{"d":[2,1]},"b":1}');
  assert.equal(
    canonicalJSON({ b: 1, a: { d: [2, 1] } }),
    canonicalJSON({ a: { d: [2, 1] }, b: 1 }),
  );
});

test("what the API server fills in counts for nothing, at every depth", () => {
  const sent = { url: "https://example.com/", viewport: { widthPixels: 800 } };
  const stored = {
    ...sent,
    backoffLimit: 3,
    viewport: { widthPixels: 800, heightPixels: 1024, deviceScalePercent: 100 },
    wait: { until: ["Load"], delaySeconds: 0 },
  };
  assert.deepEqual(withoutDefaults(screenshotJob.spec, stored), sent);
  const other = { ...stored, wait: { until: ["Load"], delaySeconds: 1 } };
  assert.deepEqual(withoutDefaults(screenshotJob.spec, other), {
    ...sent,
    wait: { delaySeconds: 1 },
  });
});

test("everything else of the spec counts, and the place of the field", () => {
  const place = { namespace: "a", name: "b", field: "Cookies" as const };
  const spec = { url: "https://example.com/" };
  const texts = new Set([
    associatedDataOf({ ...place, spec }),
    associatedDataOf({ ...place, spec, namespace: "c" }),
    associatedDataOf({ ...place, spec, name: "c" }),
    associatedDataOf({ ...place, spec, field: "Headers" }),
    associatedDataOf({ ...place, spec: { ...spec, webhook: { url: "https://example.org/" } } }),
    associatedDataOf({ ...place, spec: { ...spec, unknown: 1 } }),
    associatedDataOf({ ...place, spec: { ...spec, scripts: [] } }),
  ]);
  assert.equal(texts.size, 7);
  assert.equal(
    associatedDataOf({ ...place, name: "b-r12", spec: { ...spec, cancel: true, sealed: [] } }),
    associatedDataOf({ ...place, spec }),
  );
  assert.notEqual(
    associatedDataOf({ ...place, name: "b-r1-r2", spec }),
    associatedDataOf({ ...place, spec }),
  );
});
