import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Deployment } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { operatorNamespace } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { PoolInstallation, podOf, readyOf, templateOf } from "./pool-installation.ts";
import type { WorkerPodSpec } from "./pool-installation.ts";

let pools: PoolInstallation;
let controller: RunningController;

before(async () => {
  pools = await PoolInstallation.start(["default"]);
  controller = pools.startController();
});

after(async () => {
  await controller[Symbol.asyncDispose]();
  await pools[Symbol.asyncDispose]();
});

interface ManagedFields {
  manager: string;
  subresource?: string;
  fieldsV1: { "f:spec"?: Record<string, unknown> };
}

/** Who owns `spec.replicas`. */
function ownersOfReplicas({ metadata }: Deployment): string[] {
  const { managedFields = [] } = metadata as { managedFields?: ManagedFields[] };
  return managedFields
    .filter(({ fieldsV1 }) => fieldsV1["f:spec"]?.["f:replicas"] !== undefined)
    .map(({ manager }) => manager);
}

test("a pool has a Deployment that belongs to it and whose replicas another manager owns", async () => {
  const deployment = await pools.untilReplicas("default", 1);
  const pool = await pools.pool("default");
  const [owner] = deployment.metadata.ownerReferences ?? [];
  assert.equal(owner?.kind, "BrowserPool");
  assert.equal(owner?.uid, pool.metadata.uid);
  assert.equal(owner?.controller, true);
  assert.deepEqual(ownersOfReplicas(deployment), ["stills-scaler"]);
  assert.deepEqual(deployment.spec?.["strategy"], {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 },
  });
  assert.deepEqual(deployment.spec?.["selector"], {
    matchLabels: {
      "app.kubernetes.io/name": "stills",
      "app.kubernetes.io/instance": "test",
      "app.kubernetes.io/component": "worker",
      "stills.dev/pool": "default",
    },
  });
});

test("a disruption budget keeps three quarters of the pods", async () => {
  const budget = await pools.budgets.get(pools.nameOf("default"));
  assert.equal(budget.spec?.["maxUnavailable"], "25%");
  assert.equal(budget.metadata.ownerReferences?.[0]?.kind, "BrowserPool");
});

test("its pod passes the restricted Pod Security Standard and has what Chromium needs", async () => {
  const pod = await pools.createPod("default", "from-template");
  const spec = pod.spec as unknown as WorkerPodSpec;
  assert.equal(spec.automountServiceAccountToken, false);
  assert.equal(spec.enableServiceLinks, false);
  assert.equal(spec.securityContext.runAsUser, 65_532);
  assert.deepEqual(spec.securityContext.seccompProfile, { type: "RuntimeDefault" });
  const { env } = spec.containers[0] ?? assert.fail("there is no container");
  const browser = spec.initContainers[0] ?? assert.fail("there is no container of the browser");
  for (const { securityContext } of [...spec.containers, browser]) {
    assert.deepEqual(securityContext.capabilities, { drop: ["ALL"] });
    assert.equal(securityContext.readOnlyRootFilesystem, true);
  }
  assert.equal(browser.restartPolicy, "Always");
  assert.deepEqual(browser.args, ["worker", "browser"]);
  assert.equal(browser.securityContext.runAsUser, 65_533);
  assert.deepEqual(browser.securityContext.seccompProfile, {
    type: "Localhost",
    localhostProfile: "stills/worker.json",
  });
  assert.equal(spec.terminationGracePeriodSeconds, 135);
  const values = Object.fromEntries(env.map(({ name, value }) => [name, value] as const));
  assert.equal(values["STILLS_DRAIN_TIMEOUT_SECONDS"], "120");
  assert.equal(values["HOME"], "/tmp");
  assert.equal(values["STILLS_NATS_URL"], "tls://localhost:4222");
  assert.equal(values["STILLS_FORBIDDEN_ADDRESSES"], "127.0.0.1:9");
  const memory = spec.volumes.find(({ name }) => name === "shared-memory");
  assert.deepEqual(memory?.emptyDir, { medium: "Memory", sizeLimit: "256Mi" });
  assert.ok(!spec.volumes.some(({ projected }) => projected !== undefined));
  await pools.deletePods("default");
});

test("its pods use no DNS: their hosts file has the one name they need", async () => {
  const spec = podOf(await pools.untilReplicas("default", 1));
  assert.equal(spec.dnsPolicy, "None");
  assert.deepEqual(spec.dnsConfig, { nameservers: ["127.0.0.1"] });
  assert.equal(spec.hostAliases.length, 1);
  assert.deepEqual(spec.hostAliases[0]?.hostnames, ["localhost"]);
});

test("pod settings of a pool reach its pods and are removed with it", async () => {
  await pools.patchPool("default", {
    slotsPerPod: 4,
    pod: {
      nodeSelector: { disk: "fast" },
      runtimeClassName: "gvisor",
      tolerations: [{ key: "browsers", operator: "Exists", effect: "NoSchedule" }],
      labels: { team: "web", "stills.dev/pool": "another" },
      terminationGracePeriodSeconds: 60,
    },
  });
  const changed = await pools.untilDeployment(
    "default",
    "has the node selector",
    (deployment) => podOf(deployment).nodeSelector?.["disk"] === "fast",
  );
  const spec = podOf(changed);
  assert.equal(spec.runtimeClassName, "gvisor");
  assert.equal(spec.tolerations[0]?.key, "browsers");
  assert.equal(spec.terminationGracePeriodSeconds, 60);
  const { metadata } = templateOf(changed);
  assert.equal(metadata.labels?.["team"], "web");
  assert.equal(metadata.labels?.["stills.dev/pool"], "default");
  assert.deepEqual(ownersOfReplicas(changed), ["stills-scaler"]);
  await pools.patchPool("default", { pod: null });
  await pools.untilDeployment(
    "default",
    "has no node selector any more",
    (deployment) => podOf(deployment).nodeSelector === undefined,
  );
});

test("when nothing changed, nothing is written", async () => {
  await eventually("the status has the generation of the spec", async () => {
    const { metadata, status } = await pools.pool("default");
    return status?.conditions?.[0]?.observedGeneration === metadata.generation;
  });
  const writes = async (): Promise<number> => {
    const page = await controller.metrics();
    return page
      .split("\n")
      .filter((line) => /^stills_kube_requests_total\{.*verb="(patch|create|delete)"/.test(line))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
  };
  const reconciles = 'workqueue_work_duration_seconds_count{name="pools"}';
  const look = async (round: number): Promise<void> => {
    const ended = await controller.metric(reconciles);
    await pools.installation.pools.mergePatch(
      { namespace: operatorNamespace, name: "default" },
      { metadata: { annotations: { round: String(round) } } },
    );
    await eventually(
      "the pool is reconciled",
      async () => (await controller.metric(reconciles)) > ended,
    );
  };
  // A write can be read before the controller has counted it; it is counted when the reconcile has ended.
  await look(0);
  const before = await writes();
  assert.ok(before > 0, "the metrics are there");
  for (let round = 1; round <= 3; round += 1) await look(round);
  assert.equal(await writes(), before);
});

test("a Deployment that was changed or deleted is restored", async () => {
  const before = await pools.untilReplicas("default", 1);
  await pools.deployments.mergePatch(pools.nameOf("default"), {
    spec: { template: { spec: { automountServiceAccountToken: true } } },
  });
  await pools.untilDeployment(
    "default",
    "is as it was",
    (deployment) => podOf(deployment).automountServiceAccountToken === false,
  );
  await pools.deployments.delete(pools.nameOf("default"));
  await pools.untilDeployment(
    "default",
    "is there again",
    ({ metadata, spec }) => metadata.uid !== before.metadata.uid && spec?.replicas === 1,
  );
});

test("a pool leaves a foreign Deployment alone and says so", async () => {
  const { spec } = (await pools.deployment("default")) as Deployment;
  await pools.deployments.create({
    metadata: { ...pools.nameOf("taken"), labels: { app: "somebody" } },
    ...(spec !== undefined && { spec: { ...spec, replicas: 0 } }),
  });
  await pools.installation.createPool("taken");
  const condition = await pools.untilReady("taken", "False", "DeploymentRefused");
  assert.match(condition.message, /stills-pool-taken exists and has no owner; delete it/);
  assert.equal((await pools.deployment("taken"))?.metadata.labels?.["app"], "somebody");
  await pools.deployments.delete(pools.nameOf("taken"));
  await pools.untilReplicas("taken", 1);
});

test("a pool created again waits until the earlier Deployment is gone", async () => {
  const before = (await pools.deployment("taken")) as Deployment;
  await pools.installation.pools.delete({ namespace: operatorNamespace, name: "taken" });
  await pools.installation.createPool("taken");
  await pools.untilReady("taken", "False", "DeploymentRefused");
  assert.equal((await pools.deployment("taken"))?.metadata.uid, before.metadata.uid);
  // As the garbage collector of kube-controller-manager does.
  await pools.deployments.delete(pools.nameOf("taken"));
  const made = await pools.untilReplicas("taken", 1);
  const pool = await pools.pool("taken");
  assert.equal(made.metadata.ownerReferences?.[0]?.uid, pool.metadata.uid);
  assert.notEqual(readyOf(pool), undefined);
});
