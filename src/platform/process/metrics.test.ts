import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "./metrics.ts";

test("every combination of label values is there from the start, at zero", async () => {
  const metrics = new Metrics({ processMetrics: false });
  const attempts = metrics.counter({
    name: "stills_capture_attempts_total",
    help: "Attempts.",
    labels: { outcome: ["succeeded", "failed"], stage: ["a", "b"] },
  });
  metrics.histogram({ name: "stills_wait_seconds", help: "Waits.", buckets: [1, 5] });
  attempts.increment({ outcome: "failed", stage: "b" }, 2);
  const page = await metrics.text();
  assert.ok(page.includes('stills_capture_attempts_total{outcome="succeeded",stage="a"} 0'));
  assert.ok(page.includes('stills_capture_attempts_total{outcome="failed",stage="b"} 2'));
  assert.ok(page.includes('stills_wait_seconds_bucket{le="5"} 0'));
});

test("a gauge with a reader is asked when the page is, names that went away leave", async () => {
  const metrics = new Metrics({ processMetrics: false });
  let names = ["default", "large"];
  metrics.gauge({ name: "stills_jobs", help: "Jobs.", read: () => 42 });
  metrics.gaugeByName({
    name: "stills_queued_jobs",
    help: "Queued jobs by pool.",
    label: "pool",
    read: () => names.map((name) => [name, 3] as const),
  });
  assert.ok((await metrics.text()).includes("stills_jobs 42"));
  names = ["default"];
  const page = await metrics.text();
  assert.ok(page.includes('stills_queued_jobs{pool="default"} 3'));
  assert.ok(!page.includes("large"));
});

test("the process's own metrics include the event loop's delay", async () => {
  const page = await new Metrics().text();
  assert.ok(page.includes("nodejs_eventloop_lag_seconds"));
  assert.ok(page.includes("process_cpu_seconds_total"));
});
