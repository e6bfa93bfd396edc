import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { rbacRules } from "../../../src/api/rights/rbac-rules.ts";
import type { Account } from "../../../src/api/kinds/resource-types.ts";
import { parseSetupSettings } from "../../../src/api/settings/setup-settings.ts";
import { apiVersion } from "../../../src/api/settings/kubernetes-names.ts";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import { isForbidden, isNotFound } from "../../../src/platform/kube/kube-error.ts";
import { accounts, deployments, secrets } from "../../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { createObjectStore } from "../../../src/platform/objects/object-store.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { copyAccounts } from "../../../src/setup/copy-accounts.ts";
import { removeMovedAccounts } from "../../../src/setup/remove-moved-accounts.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import {
  accountsNamespace,
  Installation,
  operatorNamespace,
  tenant,
} from "../../support/installation/installation.ts";
import { issueLimitedUser } from "../../support/installation/limited-user.ts";
import { silentLog } from "../../support/silent-log.ts";
import { bearerOf, call, createAccount, secretKeyOf } from "./callers.ts";

/** What a gateway may read, with the rights that the chart gives it, and callers while accounts move to where it may. */

let world: Installation;
let kubeconfig: string;
let asGateway: KubeTransport;
let gateway: GatewayProcess;

before(async () => {
  world = await Installation.start();
  const { cluster, operatorNamespace: inOperator, accountsNamespace: own } = rbacRules.gateway;
  const rights = { [operatorNamespace]: inOperator, [accountsNamespace]: own };
  kubeconfig = await issueLimitedUser(world, "stills-gateway", rights, cluster);
  asGateway = new KubeTransport(kubeCredentials(kubeconfig));
  gateway = await GatewayProcess.start(world, {}, kubeconfig);
});

after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await asGateway?.close();
  await world?.[Symbol.asyncDispose]();
});

test("a gateway reads the Secrets of accounts, and none of the operator's namespace", async () => {
  const installed = { namespace: operatorNamespace, name: "stills-sealing" };
  await secrets(world.transport).create({ metadata: installed, stringData: { key: "a secret" } });
  await createAccount(world, [gateway], "readable");
  assert.equal((await call(gateway, "readable")).status, 201);

  const client = secrets(asGateway);
  const { items } = await client.list({ namespace: accountsNamespace });
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    ["readable"],
  );
  await assert.rejects(client.list({ namespace: operatorNamespace }), isForbidden);
  await assert.rejects(client.get(installed), isForbidden);
  await assert.rejects(client.list({ namespace: tenant }), isForbidden);
  await assert.rejects(client.list(), isForbidden);
  await assert.rejects(accounts(asGateway).list({ namespace: operatorNamespace }), isForbidden);
});

test("a gateway's key of the object store reads every object, and changes none", async () => {
  const key = "cache/marketing/acme/picture";
  const picture = Buffer.from("a picture");
  await world.store.put(key, picture, { mediaType: "image/png" });
  const { reader, ...server } = world.objects;
  const asReader = createObjectStore({ ...server, ...reader });
  try {
    assert.deepEqual((await asReader.get(key))?.bytes, picture);
    assert.equal(await asReader.get("cache/marketing/acme/none"), undefined);
    assert.equal(await asReader.isBucketMissing(), false);
    const refused = { reason: "StorageDenied" };
    await assert.rejects(asReader.put(key, Buffer.from("x"), { mediaType: "image/png" }), refused);
    await assert.rejects(asReader.remove(key), refused);
    await assert.rejects(asReader.copy(key, "stored/marketing/copy"), refused);
    await assert.rejects(asReader.allowReads({ publicPrefixes: [""], readers: [] }), refused);
    assert.deepEqual((await world.store.get(key))?.bytes, picture);
  } finally {
    asReader.close();
  }
});

test("while an upgrade moves accounts, gateways of both versions accept their callers", async () => {
  await using old = await GatewayProcess.start(world, {
    STILLS_ACCOUNTS_NAMESPACE: operatorNamespace,
  });
  const name = "moving";
  const original = { namespace: operatorNamespace, name };
  const keys = { accessKey: name, secretKey: secretKeyOf(name) };
  await secrets(world.transport).create({ metadata: original, stringData: keys });
  await accounts(world.transport).create({
    ...{ apiVersion, kind: "Account", metadata: original },
    spec: { namespace: tenant, credentialsSecretRef: { name } },
  } as Account);
  const isServed = async ({ url }: GatewayProcess): Promise<boolean> =>
    (await fetch(`${url}/v1/jobs`, { headers: bearerOf(name) })).ok;
  await old.eventually("the old gateway knows the account", () => isServed(old));
  assert.equal(await isServed(gateway), false);
  const move = {
    accounts: accounts(world.transport),
    secrets: secrets(world.transport),
    settings: parseSetupSettings({
      ...{ namespace: operatorNamespace, accountsNamespace, fullname: "stills" },
      gatewayLeaveSeconds: 0,
    }),
    ...{ log: silentLog, signal: AbortSignal.timeout(60_000), clock: systemClock },
  };

  await copyAccounts(move);
  await gateway.eventually("the new gateway knows the account", () => isServed(gateway));
  assert.deepEqual([await isServed(old), await isServed(gateway)], [true, true]);

  await createRolledOutDeployments();
  await removeMovedAccounts({ ...move, deployments: deployments(world.transport) });
  await old.eventually("the original is gone", async () => !(await isServed(old)));
  assert.equal((await call(gateway, name)).status, 201);
  await assert.rejects(secrets(world.transport).get(original), isNotFound);
});

/** As the controller of Deployments, which does not run here, would leave them after a rollout. */
async function createRolledOutDeployments(): Promise<void> {
  const client = deployments(world.transport);
  const labels = { app: "stills" };
  for (const role of ["controller", "gateway"]) {
    const name = { namespace: operatorNamespace, name: `stills-${role}` };
    const { metadata } = await client.create({
      metadata: name,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: role, image: role }] } },
      },
    });
    const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1 };
    await client.patchStatus(name, metadata.resourceVersion ?? "", status);
  }
}
