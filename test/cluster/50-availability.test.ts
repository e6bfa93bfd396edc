import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { ScreenshotJob } from "../../src/api/v1alpha1.ts";
import { eventually } from "../support/eventually.ts";
import { allSucceed, applyJobs } from "./support/jobs.ts";
import { outcomeOf } from "./support/command.ts";
import { isReady, kubectl, list, runScript } from "./support/kubectl.ts";
import type { KubeObject, Place } from "./support/kubectl.ts";
import { ensureRelease, operatorNamespace, podsOf, readyPod } from "./support/release.ts";
import { release, seenAt, siteURL } from "./support/stage.ts";

/** Pods that go away with work demonstrably in flight: nothing is lost, nothing finished twice. */

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

test("a worker is evicted: what fits the grace is finished, the rest is taken again", async () => {
  const held = await jobsInFlight("evicted", 2);
  const worker = await readyPod("worker", "default");
  await evict(worker.metadata.name);
  await eventually("the worker is on its way out", async () => {
    const pods = await podsOf("worker", "default");
    return !pods.some(({ metadata }) => metadata.uid === worker.metadata.uid);
  });
  await release(held[0]!);
  await allSucceed([held[0]!]);
  await release(held[1]!);
  assertOnce(await allSucceed(held));
  await readyPod("worker", "default");
});

test("every egress proxy is killed: the worker notices, and pages that went through them are taken again", async () => {
  const held = await jobsInFlight("egress", 2);
  const proxies = (await podsOf("egress")).map(({ metadata }) => metadata.name);
  // A page is on its way before the worker watches whom it goes through.
  await eventually(
    "the worker watches each egress proxy that it goes through",
    async () => {
      const used = (await egressNumbers(proxies)).filter(({ tunnels }) => tunnels > 0);
      return used.length > 0 && used.every(({ watchers }) => watchers > 0);
    },
    { limitSeconds: 240, pauseMilliseconds: 500 },
  );
  const worker = await readyPod("worker", "default");
  await kubectl(
    "delete",
    "pod",
    ...proxies,
    "-n",
    operatorNamespace,
    "--grace-period=0",
    "--force",
  );
  for (const name of held) {
    await eventually(
      `the page of ${name} is being taken again`,
      async () => (await seenAt(`/held/${name}`)).length > 1,
      { limitSeconds: 240, pauseMilliseconds: 500 },
    );
    await release(name);
  }
  assertOnce(await allSucceed(held));
  const log = await kubectl("logs", worker.metadata.name, "-n", operatorNamespace);
  // By the connection to each pod itself, past the Service and through the policies.
  assert.match(log, /A replica of the egress proxy was lost/);
  assert.doesNotMatch(log, /cannot be watched/);
  await eventually(
    "the egress proxies are back",
    async () => (await podsOf("egress")).filter(isReady).length === proxies.length,
    { limitSeconds: 240, pauseMilliseconds: 1000 },
  );
});

/** What goes through each of these proxies now, and who would notice that it is gone. */
async function egressNumbers(
  proxies: readonly string[],
): Promise<{ tunnels: number; watchers: number }[]> {
  return Promise.all(
    proxies.map(async (pod) => {
      const place: Place = { namespace: operatorNamespace, pod };
      const answer = await runScript(place, "call.ts", "GET", "http://127.0.0.1:9090/metrics");
      const { body } = JSON.parse(answer) as { body: string };
      const page = Buffer.from(body, "base64").toString();
      const tunnels = /^stills_egress_tunnels_open (\d+)$/m.exec(page)?.[1];
      const watchers = /^stills_egress_watchers (\d+)$/m.exec(page)?.[1];
      return { tunnels: Number(tunnels), watchers: Number(watchers) };
    }),
  );
}

/** Jobs whose pages a worker waits for right now. */
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
