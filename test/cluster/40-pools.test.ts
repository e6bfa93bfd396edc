import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { BrowserPool } from "../../src/api/kinds/resource-types.ts";
import { eventually } from "../support/eventually.ts";
import { allSucceed, applyJobs, summaryOf } from "./support/jobs.ts";
import { apply, get, kubectl } from "./support/kubectl.ts";
import type { KubeCondition, KubeObject } from "./support/kubectl.ts";
import { ensureRelease, names, operatorNamespace, podsOf } from "./support/release.ts";
import { release, seenAt, siteURL } from "./support/stage.ts";

/** Pools on a cluster: from zero and back, scaled by hand, and reasons when no pod runs. */

before(ensureRelease);

test("a pool without pods gets as many as its jobs need, and gives them back", async (t) => {
  await replicasBecome("burst", 0);
  const started = performance.now();
  await applyJobs({ first: { url: await siteURL("/page"), poolName: "burst" } });
  const [job] = await allSucceed(["first"]);
  t.diagnostic(
    `from zero replicas to the first picture: ${((performance.now() - started) / 1000).toFixed(1)} s (${job!.status?.durationMilliseconds} ms by the job)`,
  );

  const held = ["burst-1", "burst-2", "burst-3", "burst-4"];
  const specs = held.map(async (name) => [
    name,
    { url: await siteURL(`/held/${name}`), poolName: "burst", ...patient },
  ]);
  await applyJobs(Object.fromEntries(await Promise.all(specs)));
  await replicasBecome("burst", 2);
  await eventually(
    "two pages are being taken at once",
    async () => {
      const seen = await Promise.all(held.map((name) => seenAt(`/held/${name}`)));
      return seen.filter((requests) => requests.length > 0).length >= 2;
    },
    { limitSeconds: 240, pauseMilliseconds: 1000 },
  );
  for (const name of held) await release(name);
  for (const each of await allSucceed(held)) assert.equal(summaryOf(each)!.reason, "Captured");

  await replicasBecome("burst", 0);
  await eventually(
    "the last pod has gone",
    async () => (await podsOf("worker", "burst")).length === 0,
    {
      limitSeconds: 240,
      pauseMilliseconds: 1000,
    },
  );
});

test("kubectl scale sets the number of pods of an external pool", async () => {
  await kubectl("scale", "browserpool", "manual", "--replicas=1", "-n", operatorNamespace);
  await replicasBecome("manual", 1);
  await poolBecomes("manual", "ready", ({ status }) => status?.readyReplicas === 1);
  await kubectl("scale", "browserpool", "manual", "--replicas=0", "-n", operatorNamespace);
  await replicasBecome("manual", 0);
});

test("a HorizontalPodAutoscaler can scale an external pool: it finds the scale subresource and the pods behind it", async () => {
  const hpa = "manual";
  await apply({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: hpa, namespace: operatorNamespace },
    spec: {
      scaleTargetRef: { apiVersion: "stills.dev/v1alpha1", kind: "BrowserPool", name: "manual" },
      minReplicas: 1,
      maxReplicas: 2,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
        },
      ],
    },
  });
  try {
    // Its least is one, and a scale of zero would mean that it is switched off.
    await kubectl("scale", "browserpool", "manual", "--replicas=1", "-n", operatorNamespace);
    await eventually(
      "the autoscaler has read the pool's scale",
      async () => {
        const { status } = await get<Autoscaler>("hpa", hpa, operatorNamespace);
        return (
          status?.currentReplicas === 1 &&
          status.conditions?.some(
            ({ type, status: holds }) => type === "AbleToScale" && holds === "True",
          )
        );
      },
      { limitSeconds: 240, pauseMilliseconds: 1000 },
    );
  } finally {
    await kubectl("delete", "hpa", hpa, "-n", operatorNamespace);
    await kubectl("scale", "browserpool", "manual", "--replicas=0", "-n", operatorNamespace);
  }
  await replicasBecome("manual", 0);
});

test("a pool whose pods fit no node says so", async () => {
  const pool = await poolBecomes("nowhere", "unready with a reason", ({ status }) =>
    status?.conditions?.some(
      (condition) => condition.type === "Ready" && condition.reason === ("Unschedulable" as string),
    ),
  );
  const ready = pool.status!.conditions!.find(({ type }) => type === "Ready")!;
  assert.equal(ready.status, "False");
  assert.match(ready.message, /node/);
});

/** Held pages load until the test releases them. */
const patient = {
  captureTimeoutSeconds: 240,
  navigationTimeoutSeconds: 240,
  activeDeadlineSeconds: 600,
};

interface Autoscaler extends KubeObject {
  status?: { currentReplicas?: number; conditions?: KubeCondition[] };
}

interface Deployment extends KubeObject {
  spec: { replicas: number };
}

async function replicasBecome(pool: string, replicas: number): Promise<void> {
  await eventually(
    `the pool ${pool} has ${replicas} replicas`,
    async () =>
      (await get<Deployment>("deployment", names.pool(pool), operatorNamespace)).spec.replicas ===
      replicas,
    { limitSeconds: 600, pauseMilliseconds: 1000 },
  );
}

async function poolBecomes(
  name: string,
  what: string,
  holds: (pool: BrowserPool) => boolean | undefined,
): Promise<BrowserPool> {
  return eventually(
    `the pool ${name} is ${what}`,
    async () => {
      const pool = await get<BrowserPool>("browserpool", name, operatorNamespace);
      return holds(pool) === true && pool;
    },
    { limitSeconds: 240, pauseMilliseconds: 1000 },
  );
}
