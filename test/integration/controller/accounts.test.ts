import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { apiVersion } from "../../../src/api/settings/kubernetes-names.ts";
import type { Account, AccountSpec, Condition } from "../../../src/api/kinds/resource-types.ts";
import { accounts, namespaces, secrets } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import {
  accountsNamespace,
  operatorNamespace,
  otherTenant,
  tenant,
  Installation,
} from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

/** The condition Ready of an Account: what is missing, by name, and that it notices when it is there. */

let world: Installation;
let controller: RunningController;

before(async () => {
  world = await Installation.start({ pools: ["default", "private"] });
  await world.pools.mergePatch(
    { namespace: operatorNamespace, name: "private" },
    { spec: { allowedNamespaces: [otherTenant] } },
  );
  controller = world.startController();
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function create(name: string, spec: Partial<AccountSpec> = {}): Promise<void> {
  await accounts(world.transport).create({
    ...{ apiVersion, kind: "Account", metadata: { namespace: accountsNamespace, name } },
    spec: { namespace: tenant, credentialsSecretRef: { name: `${name}-keys` }, ...spec },
  } as Account);
}

async function createKeys(name: string, stringData: Record<string, string>): Promise<void> {
  await secrets(world.transport).create({
    metadata: { namespace: accountsNamespace, name: `${name}-keys` },
    stringData,
  } as never);
}

async function untilReason(name: string, reason: string): Promise<Condition> {
  return await eventually(`the account ${name} says ${reason}`, async () => {
    const { metadata, status } = await accounts(world.transport).get({
      ...{ namespace: accountsNamespace, name },
    });
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    return ready?.reason === reason && ready.observedGeneration === metadata.generation && ready;
  });
}

const keys = { accessKey: "a".repeat(24), secretKey: "s".repeat(24) };

test("without keys an account is not ready; with them it is", async () => {
  await create("shop");
  const missing = await untilReason("shop", "CredentialsMissing");
  assert.equal(missing.status, "False");
  assert.match(missing.message, /Secret 'shop-keys' does not exist.*accessKey and secretKey/);
  await createKeys("shop", keys);
  assert.equal((await untilReason("shop", "AccountReady")).status, "True");
});

test("an empty key is a missing one, and the message names it", async () => {
  await createKeys("hollow", { ...keys, secretKey: "" });
  await create("hollow");
  const { status, message } = await untilReason("hollow", "CredentialsMissing");
  assert.equal(status, "False");
  assert.equal(message, "The Secret 'hollow-keys' has an empty secretKey");
});

test("a missing namespace, until it is created", async () => {
  await createKeys("late", keys);
  await create("late", { namespace: "yet-to-come" });
  const missing = await untilReason("late", "NamespaceMissing");
  assert.match(missing.message, /'yet-to-come' does not exist/);
  await namespaces(world.transport).create({ metadata: { name: "yet-to-come" } });
  await untilReason("late", "AccountReady");
});

test("a pool that is missing or for other namespaces, until it is changed", async () => {
  await createKeys("picky", keys);
  await create("picky", { poolName: "absent" });
  await untilReason("picky", "PoolMissing");
  const name = { namespace: accountsNamespace, name: "picky" };
  await accounts(world.transport).mergePatch(name, { spec: { poolName: "private" } });
  await untilReason("picky", "NamespaceNotAllowed");
  await world.pools.mergePatch(
    { namespace: operatorNamespace, name: "private" },
    { spec: { allowedNamespaces: [otherTenant, tenant] } },
  );
  await untilReason("picky", "AccountReady");
});

test("suspended", async () => {
  await createKeys("asleep", keys);
  await create("asleep", { suspended: true });
  const { message } = await untilReason("asleep", "Suspended");
  assert.match(message, /`suspended` is true/);
});
