import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "../process/metrics.ts";
import { createKubeMetrics } from "./kube-metrics.ts";

function create() {
  const metrics = new Metrics({ processMetrics: false });
  const kube = createKubeMetrics(metrics, { resources: ["screenshotjobs"], queues: ["jobs"] });
  return { metrics, kube };
}

test("what has not happened yet is there as zero", async () => {
  const { metrics } = create();
  const page = await metrics.text();
  assert.match(page, /^workqueue_retries_total\{name="jobs"\} 0$/m);
  assert.match(page, /^stills_kube_status_writes_total\{outcome="Refused"\} 0$/m);
  assert.match(
    page,
    /^stills_kube_relists_total\{resource="screenshotjobs",reason="Expired"\} 0$/m,
  );
});

test("statuses are counted one by one where they mean something, else by their class", async () => {
  const { metrics, kube } = create();
  for (const status of [200, 201, 409, 418, 502, 0]) kube.requestFinished("patch", status, 0.01);
  const page = await metrics.text();
  const lines = { "2xx": 2, "409": 1, "4xx": 1, "5xx": 1, none: 1, "422": 0 };
  for (const [status, count] of Object.entries(lines))
    assert.match(
      page,
      new RegExp(`^stills_kube_requests_total\\{verb="patch",status="${status}"\\} ${count}$`, "m"),
    );
});

test("caches and queues are asked when the page is", async () => {
  const { metrics, kube } = create();
  let depth = 3;
  kube.queueStarted("jobs", { depth: () => depth, longestRunningSeconds: () => 1.5 });
  kube.reflectorStarted("screenshotjobs", {
    records: () => 42,
    lastEventAgeSeconds: () => 7,
    lastBookmarkAgeSeconds: () => 8,
  });
  depth = 4;
  const page = await metrics.text();
  assert.match(page, /^workqueue_depth\{name="jobs"\} 4$/m);
  assert.match(page, /^stills_kube_cache_records\{resource="screenshotjobs"\} 42$/m);
  assert.match(page, /^stills_kube_last_event_age_seconds\{resource="screenshotjobs"\} 7$/m);
});
