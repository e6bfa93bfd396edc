import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { messageVersion } from "../../../src/api/messages/message-version.ts";
import { subjects } from "../../../src/api/messages/subjects.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { eventually } from "../../support/eventually.ts";
import { operatorNamespace, succeeded } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { PoolInstallation, podOf } from "./pool-installation.ts";

const run = promisify(execFile);

let pools: PoolInstallation;
let controller: RunningController;

before(async () => {
  pools = await PoolInstallation.start(["default", "isolated"]);
  controller = pools.startController();
  await pools.untilReplicas("default", 1);
});

after(async () => {
  await controller[Symbol.asyncDispose]();
  await pools[Symbol.asyncDispose]();
});

test("no Secret for the pool's NATS user: says which one", async () => {
  const condition = await pools.untilReady("default", "False", "SecretMissing");
  assert.match(
    condition.message,
    /Secret stills-nats-worker-default does not exist; create the NATS user/,
  );
  await pools.create("secrets", "Secret", "stills-nats-worker-default", {
    stringData: { password: "x" },
  });
  await pools.untilReady("default", "False", "PodsStarting");
});

test("pods that are refused: the quota's own words", async () => {
  await pools.writeDeploymentStatus("default", {
    conditions: [
      {
        type: "ReplicaFailure",
        status: "True",
        reason: "FailedCreate",
        message: "exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3",
        lastTransitionTime: "2026-11-24T12:00:00Z",
        lastUpdateTime: "2026-11-24T12:00:00Z",
      },
    ],
  });
  const condition = await pools.untilReady("default", "False", "PodsRefused");
  assert.match(condition.message, /exceeded quota: compute/);
  await pools.writeDeploymentStatus("default", { conditions: null });
});

test("no node takes the pod: the scheduler's own words", async () => {
  await pools.createPod("default", "pending");
  await pools.writePodStatus("pending", {
    conditions: [
      {
        type: "PodScheduled",
        status: "False",
        reason: "Unschedulable",
        message: "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
      },
    ],
  });
  const condition = await pools.untilReady("default", "False", "Unschedulable");
  assert.match(condition.message, /0\/3 nodes are available/);
  // A reader of the job need not know about pools.
  await pools.installation.createJob("unlucky", { activeDeadlineSeconds: 2 });
  const job = await pools.installation.untilFinished("unlucky");
  assert.equal(succeeded(job)?.reason, "DeadlineExceeded");
  assert.match(
    succeeded(job)?.message ?? "",
    /'default' was not ready at that time \(Unschedulable\)$/,
  );
});

const scheduled = { conditions: [{ type: "PodScheduled", status: "True" }] };

function containerStatus(
  state: object,
  more: object = {},
): { conditions: object[]; containerStatuses: object[] } {
  const status = { name: "worker", image: "x", imageID: "", ready: false, restartCount: 0 };
  return { ...scheduled, containerStatuses: [{ ...status, state, ...more }] };
}

test("the image does not exist", async () => {
  await pools.writePodStatus(
    "pending",
    containerStatus({ waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } }),
  );
  const condition = await pools.untilReady("default", "False", "ImagePullFailed");
  assert.match(condition.message, /ImagePullBackOff.*Back-off pulling image/);
});

test("the node cannot start the container", async () => {
  const message = 'cannot load seccomp profile "/var/lib/kubelet/seccomp/stills/worker.json"';
  await pools.writePodStatus(
    "pending",
    containerStatus({ waiting: { reason: "CreateContainerError", message } }),
  );
  const condition = await pools.untilReady("default", "False", "ContainerNotCreated");
  assert.match(condition.message, /cannot load seccomp profile/);
});

test("crashing workers: their exit message", async () => {
  const terminated = {
    exitCode: 78,
    reason: "Error",
    message: "STILLS_EGRESS_URL is not set",
    startedAt: null,
    finishedAt: null,
  };
  await pools.writePodStatus(
    "pending",
    containerStatus(
      { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s" } },
      { restartCount: 4, lastState: { terminated } },
    ),
  );
  const condition = await pools.untilReady("default", "False", "CrashLooping");
  assert.match(condition.message, /code 78: STILLS_EGRESS_URL is not set/);
});

test("the browser's containers crash: which they are, and that memory was short", async () => {
  const terminated = { exitCode: 137, reason: "OOMKilled", startedAt: null, finishedAt: null };
  const { containerStatuses } = containerStatus(
    { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s" } },
    { name: "chromium", restartCount: 4, lastState: { terminated } },
  );
  await pools.writePodStatus("pending", {
    ...scheduled,
    initContainerStatuses: containerStatuses,
  });
  const condition = await eventually("the pool says it", async () => {
    const found = await pools.untilReady("default", "False", "CrashLooping");
    return found.message.includes("chromium") ? found : undefined;
  });
  assert.match(condition.message, /`chromium` exit repeatedly, with code 137 \(OOMKilled\)/);
});

test("an unready worker: its own reason", async () => {
  const publisher = new Publisher(pools.installation.nats);
  const announce = (more: object): void =>
    publisher.send(subjects.announce("default", "pending"), {
      ...{ version: messageVersion, worker: "pending", pool: "default" },
      ...{ slots: 2, holding: [], sandbox: "On", ...more },
    });
  const message = "It can reach 127.0.0.1:9, which a NetworkPolicy has to keep from it";
  const condition = await eventually("the pool says it", async () => {
    announce({ state: "Unready", reason: "NetworkPolicyMissing", message });
    const found = (await pools.pool("default")).status?.conditions?.[0];
    return found?.reason === "NetworkPolicyMissing" ? found : undefined;
  });
  assert.equal(condition.message, message);
  await eventually("it is ready at last", async () => {
    announce({ state: "Ready" });
    const found = (await pools.pool("default")).status?.conditions?.[0];
    return found?.reason === "WorkersReady" && found.status === "True" ? found : undefined;
  });
});

test("kubectl get shows the reason, and with -o wide the message", async () => {
  const { kubectl, kubeconfig } = pools.installation.kube;
  const get = ["--kubeconfig", kubeconfig, "-n", operatorNamespace, "get", "browserpools"];
  const { stdout } = await run(kubectl, [...get, "-o", "wide"]);
  const [head = ""] = stdout.split("\n");
  for (const column of ["READY", "REASON", "REPLICAS", "RUNNING", "QUEUED", "MESSAGE"])
    assert.ok(head.includes(column), head);
  assert.match(stdout, /isolated\s+False\s+SecretMissing/);
});

test("several pools run side by side, each with its nodes, runtime and namespaces", async () => {
  await pools.patchPool("isolated", {
    allowedNamespaces: ["sales"],
    pod: { runtimeClassName: "kata", nodeSelector: { isolation: "strong" } },
  });
  const isolated = podOf(
    await pools.untilDeployment(
      "isolated",
      "has its runtime class",
      (deployment) => podOf(deployment).runtimeClassName === "kata",
    ),
  );
  assert.deepEqual(isolated.nodeSelector, { isolation: "strong" });
  const common = podOf(await pools.untilReplicas("default", 1));
  assert.equal(common.runtimeClassName, undefined);
  await pools.installation.createJob("foreign", { poolName: "isolated" }, "marketing");
  const job = await pools.installation.untilFinished("foreign");
  assert.equal(job.status?.conditions?.[0]?.status, "False");
});

test("settings whose host has no address: names it and creates no pods", async () => {
  await controller[Symbol.asyncDispose]();
  controller = pools.startController({ egressURL: "http://egress.invalid:3128" });
  const condition = await pools.untilReady("isolated", "False", "AddressUnknown");
  assert.match(condition.message, /egress\.invalid cannot be resolved/);
});
