import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Reflector } from "../../../src/platform/kube/reflector.ts";
import { deploymentType } from "../../../src/platform/kube/resources.ts";
import type { Deployment } from "../../../src/platform/kube/resources.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";
import { eventually } from "../../support/eventually.ts";
import { operatorNamespace } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { takePicture } from "../../support/installation/stub-worker.ts";
import { PoolInstallation } from "./pool-installation.ts";

const run = promisify(execFile);
const cost = "controller.kubernetes.io/pod-deletion-cost";

let pools: PoolInstallation;
let controller: RunningController;

before(async () => {
  pools = await PoolInstallation.start(["default"]);
  await pools.patchPool("default", {
    slotsPerPod: 2,
    scaling: { minReplicas: 0, maxReplicas: 4 },
  });
  controller = pools.startController();
});

after(async () => {
  await controller[Symbol.asyncDispose]();
  await pools[Symbol.asyncDispose]();
});

async function kubectl(...args: string[]): Promise<string> {
  const { kubectl: path, kubeconfig } = pools.installation.kube;
  const answer = await run(path, ["--kubeconfig", kubeconfig, "-n", operatorNamespace, ...args]);
  return answer.stdout;
}

/** Every number of replicas that the Deployment had, in order, by a watch: between two questions one could come and go. */
async function watchReplicas(pool: string): Promise<{ seen: number[] } & AsyncDisposable> {
  const { namespace, name } = pools.nameOf(pool);
  const reflector = new Reflector<Deployment, number>({
    ...{ transport: pools.installation.transport, clock: systemClock, namespace },
    log: createLogger({ component: "test", level: "silent" }),
    type: deploymentType,
    fieldSelector: `metadata.name=${name}`,
    project: ({ spec }) => spec?.replicas,
  });
  const seen: number[] = [];
  reflector.onChange((_key, { record }) => {
    if (seen.at(-1) !== record) seen.push(record);
  });
  await reflector.start();
  await reflector.synced;
  return { seen, [Symbol.asyncDispose]: () => reflector.stop() };
}

test("a pool with a minimum of zero starts without pods and is ready", async () => {
  await pools.untilReplicas("default", 0);
  const condition = await pools.untilReady("default", "True", "Idle");
  assert.match(condition.message, /the first job starts one/);
});

test("jobs scale it up: one slot per job, up to the maximum", async () => {
  await pools.installation.createJobs("waking", 5);
  await pools.untilReplicas("default", 3);
  await pools.installation.createJobs("crowd", 20);
  await pools.untilReplicas("default", 4);
  const { status } = await eventually("the status counts the jobs", async () => {
    const found = await pools.pool("default");
    return found.status?.queuedJobs === 25 ? found : undefined;
  });
  assert.equal(status?.conditions?.[0]?.status, "False");
});

test("the numbers that it scales by are metrics", async () => {
  const metric = async (name: string) => await controller.metric(`${name}{pool="default"}`);
  assert.equal(await metric("stills_pool_queued_jobs"), 25);
  assert.equal(await metric("stills_pool_desired_replicas"), 4);
  assert.ok((await metric("stills_pool_oldest_queued_seconds")) >= 0);
  assert.equal(await metric("stills_pool_replicas"), 0);
});

test("what kube-controller-manager says of the pods is in the pool's status", async () => {
  await pools.writeDeploymentStatus("default", { replicas: 4, readyReplicas: 3 });
  const { status } = await eventually("the status follows", async () => {
    const found = await pools.pool("default");
    return found.status?.readyReplicas === 3 ? found : undefined;
  });
  assert.equal(status?.replicas, 4);
  assert.equal(
    status?.selector,
    "app.kubernetes.io/name=stills,app.kubernetes.io/instance=test,app.kubernetes.io/component=worker,stills.dev/pool=default",
  );
});

test("without jobs it scales down to zero in steps, idle pods first", async () => {
  await using replicas = await watchReplicas("default");
  const held = Promise.withResolvers<void>();
  // Pods that carry the names of the workers, as a kubelet would run them.
  await using busy = await pools.installation.startWorker({
    slots: 1,
    behave: async (request, worker) => {
      await held.promise;
      return await takePicture(request, worker);
    },
  });
  await eventually("one worker is busy", () => busy.requests.length === 1);
  await using idle = await pools.installation.startWorker({ slots: 4, pulls: false });
  await pools.createPod("default", busy.name);
  await pools.createPod("default", idle.name);
  idle.beginPulling();
  const costOf = async (name: string) =>
    (await pools.pods.get({ namespace: operatorNamespace, name })).metadata.annotations?.[cost];
  await eventually(
    "the idle pod is to go first",
    async () => (await costOf(idle.name)) === "-1000",
  );
  assert.equal(await costOf(busy.name), undefined);
  assert.equal((await pools.deployment("default"))?.spec?.replicas !== 0, true, "a job is running");
  held.resolve();
  await eventually("it is at zero", () => replicas.seen.at(-1) === 0);
  assert.deepEqual(replicas.seen, [4, 3, 2, 1, 0]);
  await pools.writeDeploymentStatus("default", { replicas: 0, readyReplicas: 0 });
  await pools.deletePods("default");
});

test("External: the scale subresource of the pool sets the size", async () => {
  await pools.patchPool("default", { scaling: { mode: "External" }, replicas: 2 });
  await pools.untilReplicas("default", 2);
  await kubectl("scale", "browserpool/default", "--replicas=5");
  await pools.untilReplicas("default", 5);
  await pools.writeDeploymentStatus("default", { replicas: 5, readyReplicas: 5 });
  const scale = await eventually("the scale tells the pods", async () => {
    const path = `/apis/stills.dev/v1alpha1/namespaces/${operatorNamespace}/browserpools/default/scale`;
    const answer = JSON.parse(await kubectl("get", "--raw", path)) as {
      spec: { replicas: number };
      status: { replicas: number; selector: string };
    };
    return answer.status.replicas === 5 ? answer : undefined;
  });
  // An HPA takes both from here: the number to change and the pods to measure.
  assert.equal(scale.spec.replicas, 5);
  assert.match(scale.status.selector, /stills\.dev\/pool=default/);
});

test("External at zero with waiting jobs says that an autoscaler or you must act", async () => {
  await kubectl("scale", "browserpool/default", "--replicas=0");
  await pools.untilReplicas("default", 0);
  await pools.writeDeploymentStatus("default", { replicas: 0, readyReplicas: 0 });
  await pools.untilReady("default", "True", "Idle");
  await pools.installation.createJobs("stuck", 2);
  // The first of them is enough for the reason; the message counts them.
  await pools.untilMessage("default", "ScaledToZero", /^2 jobs wait and `replicas` is 0/);
});
