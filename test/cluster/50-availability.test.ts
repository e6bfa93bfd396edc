import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { ScreenshotJob } from "../../src/api/kinds/resource-types.ts";
import { eventually } from "../support/eventually.ts";
import { allSucceed, applyJobs } from "./support/jobs.ts";
import { outcomeOf } from "./support/command.ts";
import { isReady, kubectl, list, runScript } from "./support/kubectl.ts";
import type { KubeObject, Place } from "./support/kubectl.ts";
import { ensureRelease, operatorNamespace, podsOf, readyPod } from "./support/release.ts";
import { release, seenAt, siteURL } from "./support/stage.ts";

/** Pods that end with work in flight: no job is lost or finished twice. */

before(ensureRelease);

test("the leader is killed: the standby goes on", async () => {
  const held = await jobsInFlight("leader", 2);
  const queued = ["leader-q1", "leader-q2", "leader-q3"];
  const leader = await leadingPod();
  await kubectl("delete", "pod", leader, "-n", operatorNamespace, "--grace-period=0", "--force");
  const url = await siteURL("/page");
  await applyJobs(Object.fromEntries(queued.map((name) => [name, { url }])));
  for (const name of held) await release(name);
  assertOnce(await allSucceed([...held, ...queued]));
  assert.notEqual(await leadingPod(), leader);
  await eventually(
    "two controllers are ready again",
    async () => (await podsOf("controller")).filter(isReady).length === 2,
    { limitSeconds: 240, pauseMilliseconds: 1000 },
  );
});

test("a worker is evicted: it finishes what fits its grace period, and another captures the rest", async () => {
  const held = await jobsInFlight("evicted", 2);
  const busy = await workersWith(held.length);
  for (const worker of busy) await evict(worker);
  await eventually("the workers that have the pages are terminating", async () => {
    const pods = await podsOf("worker", "default");
    return !pods.some(({ metadata }) => busy.includes(metadata.name));
  });
  await release(held[0]!);
  await allSucceed([held[0]!]);
  await release(held[1]!);
  assertOnce(await allSucceed(held));
  await readyPod("worker", "default");
});

test("every egress proxy is killed: the worker notices, and captures the pages that used them again", async () => {
  const held = await jobsInFlight("egress", 2);
  const proxies = (await podsOf("egress")).map(({ metadata }) => metadata.name);
  // A page is requested before the worker watches the replica that it goes through.
  await eventually(
    "the worker watches each egress proxy that it goes through",
    async () => {
      const names = ["stills_egress_tunnels_open", "stills_egress_watchers"];
      const numbers = await Promise.all(proxies.map((pod) => metricsOf(pod, names)));
      const used = numbers.filter(([tunnels = 0]) => tunnels > 0);
      return used.length > 0 && used.every(([, watchers = 0]) => watchers > 0);
    },
    { limitSeconds: 240, pauseMilliseconds: 500 },
  );
  const busy = await workersWith(held.length);
  await kubectl(
    "delete",
    "pod",
    ...proxies,
    "-n",
    operatorNamespace,
    "--grace-period=0",
    "--force",
  );
  for (const name of held)
    await eventually(
      `the page of ${name} is being taken again`,
      async () => (await seenAt(`/held/${name}`)).length > 1,
      { limitSeconds: 240, pauseMilliseconds: 500 },
    );
  // Read before the worker is idle, since its pool may scale down then.
  for (const worker of busy) {
    const log = await kubectl("logs", worker, "-n", operatorNamespace);
    // By the connection to each pod itself, past the Service and through the policies.
    assert.match(log, /A replica of the egress proxy was lost/);
    assert.doesNotMatch(log, /cannot be watched/);
  }
  for (const name of held) await release(name);
  assertOnce(await allSucceed(held));
  await eventually(
    "the egress proxies are back",
    async () => (await podsOf("egress")).filter(isReady).length === proxies.length,
    { limitSeconds: 240, pauseMilliseconds: 1000 },
  );
});

/** The workers that have so many captures in progress; their pool may have others. */
async function workersWith(captures: number): Promise<string[]> {
  return eventually(
    `workers are busy with ${captures} captures`,
    async () => {
      const pods = (await podsOf("worker", "default")).map(({ metadata }) => metadata.name);
      const counts = await Promise.all(
        pods.map(async (pod) => (await metricsOf(pod, ["stills_captures_in_progress"]))[0] ?? 0),
      );
      const all = counts.reduce((sum, count) => sum + count, 0);
      return all === captures && pods.filter((_, index) => (counts[index] ?? 0) > 0);
    },
    { limitSeconds: 240, pauseMilliseconds: 500 },
  );
}

/** Present values of metrics without labels. */
async function metricsOf(pod: string, names: readonly string[]): Promise<number[]> {
  const place: Place = { namespace: operatorNamespace, pod };
  const answer = await runScript(place, "call.ts", "GET", "http://127.0.0.1:9090/metrics");
  const { body } = JSON.parse(answer) as { body: string };
  const lines = Buffer.from(body, "base64").toString().split("\n");
  return names.map((name) => {
    const line = lines.find((text) => text.startsWith(`${name} `));
    assert.ok(line !== undefined, `${pod} has no ${name}`);
    return Number(line.slice(name.length + 1));
  });
}

/** Creates jobs and waits until a worker loads their pages. */
async function jobsInFlight(prefix: string, count: number): Promise<string[]> {
  const all = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  for (const name of all)
    await applyJobs({
      [name]: {
        url: await siteURL(`/held/${name}`),
        captureTimeoutSeconds: 240,
        navigationTimeoutSeconds: 240,
        activeDeadlineSeconds: 600,
      },
    });
  for (const name of all)
    await eventually(
      `the page of ${name} is being taken`,
      async () => (await seenAt(`/held/${name}`)).length > 0,
      { limitSeconds: 240, pauseMilliseconds: 500 },
    );
  return all;
}

function assertOnce(ended: readonly ScreenshotJob[]): void {
  for (const { metadata, status } of ended) {
    const summaries = status!.conditions!.filter(({ type }) => type === "Succeeded");
    assert.equal(summaries.length, 1, metadata.name);
    assert.ok(status!.artifact !== undefined, metadata.name);
    assert.equal(status!.attempts, 1, `${metadata.name}: a pod that goes away is no attempt`);
  }
}

/** The name of the controller pod that holds the lease; the identity begins with it. */
async function leadingPod(): Promise<string> {
  const leases = await list<KubeObject & { spec: { holderIdentity?: string } }>("lease", {
    namespace: operatorNamespace,
  });
  const pod = (await podsOf("controller")).find(({ metadata }) =>
    leases.some(({ spec }) => spec.holderIdentity?.startsWith(metadata.name)),
  );
  assert.ok(pod !== undefined, `No controller holds the lease: ${JSON.stringify(leases)}`);
  return pod.metadata.name;
}

/** As `kubectl drain` does it: asks again while the disruption budget says not now. */
async function evict(pod: string): Promise<void> {
  const path = `/api/v1/namespaces/${operatorNamespace}/pods/${pod}/eviction`;
  const input = JSON.stringify({
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name: pod, namespace: operatorNamespace },
  });
  await eventually(
    `${pod} may be evicted`,
    async () => {
      const words = ["create", "--raw", path, "-f", "-"];
      const { status, stderr } = await outcomeOf("kubectl", words, { input });
      if (status === 0) return true;
      assert.match(stderr, /TooManyRequests/);
      return false;
    },
    { limitSeconds: 240, pauseMilliseconds: 1000 },
  );
}
