import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Account } from "../../../src/api/kinds/resource-types.ts";
import { apiVersion } from "../../../src/api/settings/kubernetes-names.ts";
import { isForbidden } from "../../../src/platform/kube/kube-error.ts";
import { accounts, browserPools, secrets } from "../../../src/platform/kube/resources.ts";
import type { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import {
  accountsNamespace,
  Installation,
  operatorNamespace,
  otherTenant,
  tenant,
} from "../../support/installation/installation.ts";
import {
  bindClusterRole,
  connectAsLimitedUser,
  editRules,
} from "../../support/installation/limited-user.ts";
import { bearerOf, call, createAccount } from "./callers.ts";

/**
 * A user with Kubernetes' own rights of `edit` in the namespaces of tenants, with Secrets, and nothing elsewhere, tries to become an account.
 * What such a user can do with jobs is in `proofs` and `claimed-priority`.
 */

let world: Installation;
let gateway: GatewayProcess;
let editor: KubeTransport;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  await createAccount(world, [gateway], "shop");
  const rights = { [tenant]: editRules, [otherTenant]: editRules };
  editor = await connectAsLimitedUser(world, "mallory", rights);
  for (const namespace of [tenant, otherTenant])
    await bindClusterRole(world, "mallory", { namespace, role: "system:aggregate-to-edit" });
});

after(async () => {
  await editor?.close();
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const ownKeys = { accessKey: "mallory", secretKey: "mallory-secret" };

function anAccount(namespace: string): Account {
  return {
    apiVersion,
    metadata: { namespace, name: "mallory" },
    spec: { namespace: tenant, credentialsSecretRef: { name: "mallory" } },
  } as Account;
}

test("reads and writes Secrets of the tenant's namespace, and none of accounts or the operator", async () => {
  const metadata = { namespace: tenant, name: "mallory" };
  await secrets(editor).create({ metadata, stringData: ownKeys });
  assert.equal((await secrets(editor).get(metadata)).metadata.name, "mallory", "the control");
  for (const namespace of [accountsNamespace, operatorNamespace]) {
    const name = { namespace, name: "shop" };
    await assert.rejects(secrets(editor).list({ namespace }), isForbidden);
    await assert.rejects(secrets(editor).get(name), isForbidden);
    await assert.rejects(accounts(editor).get(name), isForbidden);
    await assert.rejects(accounts(editor).create(anAccount(namespace)), isForbidden);
    await assert.rejects(
      secrets(editor).create({ metadata: { namespace, name: "mallory" }, stringData: ownKeys }),
      isForbidden,
    );
    await assert.rejects(browserPools(editor).list({ namespace }), isForbidden);
  }
  await assert.rejects(accounts(editor).create(anAccount(tenant)), isForbidden);
});

test("opens nothing with keys of its own, even if an Account in its namespace names them", async () => {
  await accounts(world.transport).create(anAccount(tenant));
  // The gateway has seen everything that came before, when it knows an account that came later.
  await createAccount(world, [gateway], "later");
  const refused = await call(gateway, "mallory");
  assert.equal(refused.code, "access_key_invalid", refused.message);
  const list = await fetch(`${gateway.url}/v1/jobs`, { headers: bearerOf("mallory") });
  assert.equal(list.status, 401);
  assert.equal((await call(gateway, "later")).status, 201, "the control");
});
