import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isNotFound } from "../../../src/platform/kube/kube-error.ts";
import { microTime } from "../../../src/platform/kube/lease-record.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import type { KubeObject } from "../../../src/platform/kube/kube-object.ts";
import { leases, namespaces, pods } from "../../../src/platform/kube/resources.ts";
import type { Pod } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { ControllerProcess } from "../../support/installation/controller-process.ts";
import { Installation, operatorNamespace } from "../../support/installation/installation.ts";

/** Node, Lease and pod as the API has them; no kubelet is behind them. */

const labels = { "app.kubernetes.io/component": "nats" };
const nodeLeases = "kube-node-lease";

let world: Installation;

before(async () => {
  world = await Installation.start();
  await eventually("the namespace of nodes' Leases is there", () =>
    namespaces(world.transport).find({ name: nodeLeases }),
  );
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
});

async function createNode(name: string, renewedMilliseconds: number): Promise<void> {
  const nodes = new ResourceClient<KubeObject>(world.transport, {
    ...{ group: "", version: "v1", plural: "nodes", kind: "Node", namespaced: false },
  });
  await nodes.create({ metadata: { name } });
  await leases(world.transport).create({
    metadata: { namespace: nodeLeases, name },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: 40,
      renewTime: microTime(renewedMilliseconds),
    },
  });
}

/** As a kubelet does it, more often. */
async function renew(name: string): Promise<void> {
  const spec = { renewTime: microTime(Date.now()) };
  await leases(world.transport).mergePatch({ namespace: nodeLeases, name }, { spec });
}

async function createPod(name: string, nodeName: string): Promise<Pod> {
  return await pods(world.transport).create({
    metadata: { namespace: operatorNamespace, name, labels },
    spec: {
      nodeName,
      automountServiceAccountToken: false,
      containers: [{ name: "nats", image: "nats" }],
    },
  });
}

async function isThere(name: string): Promise<boolean> {
  try {
    await pods(world.transport).get({ namespace: operatorNamespace, name });
    return true;
  } catch (thrown) {
    if (isNotFound(thrown)) return false;
    throw thrown;
  }
}

test("a pod of NATS goes when its node is dead and NATS is away, and not while NATS answers, nor from a living node", async () => {
  const longAgo = Date.now() - 60_000;
  await createNode("dead", longAgo);
  await createNode("alive", Date.now());
  // Without kube-controller-manager nobody makes it, and no pod is taken without.
  await new ResourceClient<KubeObject>(world.transport, {
    ...{ group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount" },
    namespaced: true,
  }).create({ metadata: { namespace: operatorNamespace, name: "default" } });
  await createPod("nats-on-dead", "dead");
  await createPod("nats-on-alive", "alive");
  await using controller = await ControllerProcess.start(world, {
    settings: { STILLS_NATS_POD_SELECTOR: "app.kubernetes.io/component=nats" },
  });
  await controller.untilLeading();
  assert.ok(await isThere("nats-on-dead"), "NATS answers");

  await world.natsServer.process.kill();
  const said = await controller.eventually("the pod of the dead node is deleted", async () => {
    await renew("alive");
    return controller.logged("Deleted a pod of NATS whose node is dead")[0];
  });

  assert.deepEqual([said["pod"], said["node"]], ["nats-on-dead", "dead"]);
  assert.equal(await isThere("nats-on-dead"), false);
  assert.equal(await isThere("nats-on-alive"), true);
  await world.natsServer.process.start(AbortSignal.timeout(60_000));
});
