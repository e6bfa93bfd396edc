import { after, before, test } from "node:test";
import { rbacRules, rulesOfClass } from "../../../src/api/rights/rbac-rules.ts";
import type { RBACRule } from "../../../src/api/rights/rbac-rules.ts";
import { defaultClassName } from "../../../src/api/settings/kubernetes-names.ts";
import { configMaps, nodeType, pods, podType } from "../../../src/platform/kube/resources.ts";
import type { Node, Pod } from "../../../src/platform/kube/resources.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import { eventually } from "../../support/eventually.ts";
import {
  accountsNamespace,
  Installation,
  operatorNamespace,
  tenant,
} from "../../support/installation/installation.ts";
import { issueLimitedUser } from "../../support/installation/limited-user.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

/** What a controller, with the rights that the chart gives it, tells egress of the cluster's own addresses. */

const configMapName = "stills-cluster-ranges";
const target = { namespace: operatorNamespace, name: configMapName };
let world: Installation;
let controller: RunningController;

before(async () => {
  // Nodes are in no namespace, so other tests would find these.
  world = await Installation.start({ ownKubeAPI: true });
  // As the chart makes it.
  await configMaps(world.transport).create({ metadata: target });
  await createNode("one", ["10.0.0.1", "8.8.4.1"], ["10.244.0.0/24", "2600:1f13:a:100::/56"]);
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function createNode(name: string, addresses: string[], podCIDRs: string[]): Promise<void> {
  const client = new ResourceClient<Node>(world.transport, nodeType);
  const { metadata } = await client.create({ metadata: { name }, spec: { podCIDRs } });
  const status = { addresses: addresses.map((address) => ({ type: "InternalIP", address })) };
  await client.patchStatus({ name }, metadata.resourceVersion ?? "", status);
}

function namedRules(rules: RBACRule[]): RBACRule[] {
  const named = (names: string[]) => names.map((name) => name.replace("<fullname>", "stills"));
  return rules.map((rule) => ({
    ...rule,
    ...(rule.resourceNames && { resourceNames: named(rule.resourceNames) }),
  }));
}

async function start(user: string, fromPods: boolean): Promise<void> {
  const {
    cluster,
    operatorNamespace: own,
    accountsNamespace: of,
    podAddresses = [],
  } = rulesOfClass(rbacRules.controller, defaultClassName);
  const rights = { [operatorNamespace]: namedRules(own), [accountsNamespace]: of };
  const everywhere = fromPods ? [...cluster, ...podAddresses] : cluster;
  const kubeconfig = await issueLimitedUser(world, user, rights, everywhere);
  controller = world.startController(kubeconfig, { clusterRanges: { configMapName, fromPods } });
}

async function untilTold(...ranges: string[]): Promise<void> {
  await eventually(`egress is told ${ranges.join(", ")}`, async () => {
    const { data } = await configMaps(world.transport).get(target);
    return data?.["ranges"] === ranges.map((range) => `${range}\n`).join("");
  });
}

test("public addresses of nodes and blocks of their pods are told, and change with the nodes", async () => {
  await start("stills-controller", false);
  await untilTold("2600:1f13:a:100:0:0:0:0/56", "8.8.4.1/32");
  await createNode("two", ["8.8.4.2"], ["10.244.1.0/24"]);
  await untilTold("2600:1f13:a:100:0:0:0:0/56", "8.8.4.1/32", "8.8.4.2/32");
  await new ResourceClient<Node>(world.transport, nodeType).delete({ name: "one" });
  await untilTold("8.8.4.2/32");
});

test("where nodes do not say them, addresses of pods are told", async () => {
  await controller[Symbol.asyncDispose]();
  await start("stills-controller-with-pods", true);
  // kube-controller-manager would create it; it does not run here.
  await new ResourceClient(world.transport, {
    ...podType,
    plural: "serviceaccounts",
    kind: "ServiceAccount",
  }).create({ metadata: { namespace: tenant, name: "default" } });
  const client = pods(world.transport);
  const name = { namespace: tenant, name: "numbered" };
  const { metadata } = await client.create({
    metadata: name,
    spec: { containers: [{ name: "one", image: "one" }] },
  } as Pod);
  await client.patchStatus(name, metadata.resourceVersion ?? "", {
    podIPs: [{ ip: "2600:1f13:b::77" }, { ip: "10.1.2.3" }],
    podIP: "2600:1f13:b::77",
  });
  await untilTold("2600:1f13:b:0:0:0:0:0/64", "8.8.4.2/32");
});
