import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Account } from "../../../src/api/kinds/resource-types.ts";
import { apiVersion } from "../../../src/api/settings/kubernetes-names.ts";
import { accounts, deployments, secrets } from "../../../src/platform/kube/resources.ts";
import { accountsNamespace, fullname, namespace, SetupHook } from "./setup-hook.ts";

/** An upgrade from a version whose accounts were in the namespace of the release. */

const settings = {
  namespace,
  accountsNamespace,
  fullname,
  gatewayLeaveSeconds: 0,
  accounts: ["default"],
};
const usage = {
  ...{ periodStart: "2026-11-01T00:00:00Z", lastCountedTime: "2026-11-30T12:00:00Z" },
  ...{ total: 70, succeeded: 68 },
};
let hook: SetupHook;

before(async () => {
  hook = await SetupHook.start();
  assert.equal((await hook.run("crds")).code, 0);
  // As an earlier version has made them.
  await createSecret(`${fullname}-account-default`, { accessKey: "made", secretKey: "at once" });
  await createAccount("default", { credentialsSecretRef: { name: `${fullname}-account-default` } });
  // As customers were made by hand.
  await createSecret("acme-api", { accessKey: "a key", secretKey: "a secret" });
  await createSecret("acme-bucket", { accessKeyID: "i", secretAccessKey: "s" });
  await createAccount("acme", {
    credentialsSecretRef: { name: "acme-api" },
    storage: { bucket: "acme-shots", credentialsSecretRef: { name: "acme-bucket" } },
    limits: { concurrentJobs: 7 },
  });
  await createAccount("keyless", { credentialsSecretRef: { name: "not-there" } });
});

after(async () => {
  await hook?.[Symbol.asyncDispose]();
});

async function createSecret(name: string, stringData: Record<string, string>): Promise<void> {
  await secrets(hook.admin).create({ metadata: { namespace, name }, stringData });
}

async function createAccount(name: string, spec: Partial<Account["spec"]>): Promise<void> {
  const client = accounts(hook.admin);
  const metadata = { namespace, name, annotations: { "meta.helm.sh/release-name": fullname } };
  const account = await client.create({
    apiVersion,
    metadata,
    spec: { namespace: "marketing", ...spec },
  });
  await client.patchStatus({ namespace, name }, account.metadata.resourceVersion, { usage });
}

async function accountsIn(place: string): Promise<Account[]> {
  return (await accounts(hook.admin).list({ namespace: place })).items;
}

async function secretNamesIn(place: string): Promise<string[]> {
  const { items } = await secrets(hook.admin).list({ namespace: place });
  return items.map(({ metadata }) => metadata.name ?? "");
}

async function valuesOf(place: string, name: string): Promise<Record<string, string>> {
  const { data = {} } = await secrets(hook.admin).get({ namespace: place, name });
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );
}

test("before the roles are replaced, accounts are copied with usage and keys; the originals stay, from Helm, too", async () => {
  const originals = await accountsIn(namespace);
  const { code, output } = await hook.run("secrets", settings);

  assert.equal(code, 0, output);
  const copies = await accountsIn(accountsNamespace);
  assert.deepEqual(
    copies.map(({ metadata, spec, status }) => [metadata.name, spec, status]),
    originals.map(({ metadata, spec }) => [metadata.name, spec, { usage }]),
  );
  for (const { metadata } of copies)
    assert.equal(metadata.annotations?.["meta.helm.sh/release-name"], fullname);
  const key = `${fullname}-account-default`;
  assert.deepEqual(await secretNamesIn(accountsNamespace), ["acme-api", "acme-bucket", key]);
  assert.deepEqual(await valuesOf(accountsNamespace, "acme-api"), {
    ...{ accessKey: "a key", secretKey: "a secret" },
  });
  assert.deepEqual(await valuesOf(accountsNamespace, key), await valuesOf(namespace, key));
  const left = await accountsIn(namespace);
  assert.deepEqual(
    left.map(({ metadata, spec }) => [metadata.uid, spec]),
    originals.map(({ metadata, spec }) => [metadata.uid, spec]),
  );
  for (const { metadata } of left)
    assert.equal(metadata.annotations?.["helm.sh/resource-policy"], "keep");
  for (const value of ["a secret", "at once"]) assert.equal(output.includes(value), false);
});

test("repeated, it changes no copy, and completes one that was interrupted", async () => {
  const client = accounts(hook.admin);
  const copy = { namespace: accountsNamespace, name: "acme" };
  await client.mergePatch(copy, { spec: { suspended: true } });
  await secrets(hook.admin).mergePatch(
    { namespace: accountsNamespace, name: "acme-api" },
    { stringData: { secretKey: "rotated" } },
  );
  const interrupted = { namespace: accountsNamespace, name: "default" };
  const { metadata } = await client.get(interrupted);
  await client.patchStatus(interrupted, metadata.resourceVersion, { usage: null });

  assert.equal((await hook.run("secrets", settings)).code, 0);

  assert.equal((await client.get(copy)).spec.suspended, true);
  assert.equal((await valuesOf(accountsNamespace, "acme-api"))["secretKey"], "rotated");
  assert.deepEqual((await client.get(interrupted)).status?.usage, usage);
});

test("after the upgrade nothing is removed while pods of the earlier version may need it", async () => {
  for (const role of ["controller", "gateway"]) await createDeployment(`${fullname}-${role}`);
  await writeRollout(`${fullname}-controller`, { replicas: 2, updatedReplicas: 2 });
  await writeRollout(`${fullname}-gateway`, { replicas: 3, updatedReplicas: 2 });

  const { code, output } = await hook.run("moved", settings, { stopWhen: /Waiting for pods/ });

  assert.equal(code, 1, output);
  assert.match(output, /The setup of moved was interrupted; repeat it/);
  assert.equal((await accountsIn(namespace)).length, 3);
});

test("when they are gone, the originals go, and nothing that only the old place has", async () => {
  await writeRollout(`${fullname}-gateway`, { replicas: 2, updatedReplicas: 2 });
  await createSecret("late-api", { accessKey: "late", secretKey: "come" });
  await createAccount("late", { credentialsSecretRef: { name: "late-api" } });

  const { code, output } = await hook.run("moved", settings);

  assert.equal(code, 0, output);
  assert.deepEqual(await accountsIn(namespace), []);
  const moved = await accountsIn(accountsNamespace);
  assert.deepEqual(
    moved.map(({ metadata, status }) => [metadata.name, status?.usage?.total]),
    ["acme", "default", "keyless", "late"].map((name) => [name, 70]),
  );
  assert.ok((await secretNamesIn(accountsNamespace)).includes("late-api"));
  // Its copy was changed, so nobody knows which of the two is right; the bucket's key may be anybody's.
  assert.deepEqual(await secretNamesIn(namespace), ["acme-api", "acme-bucket", ...others]);
  assert.match(output, /"secretName":"acme-api","reason":"its copy has other values"/);
  assert.equal((await hook.run("moved", settings)).code, 0, "there is nothing more to move");
});

/** Those of the operator, which `setup secrets` made. */
const others = ["attempt-key", "job-proof-key", "link-key", "proxy-key", "sealing"].map(
  (name) => `${fullname}-${name}`,
);

async function createDeployment(name: string): Promise<void> {
  const labels = { app: name };
  await deployments(hook.admin).create({
    metadata: { namespace, name },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image: name }] } },
    },
  });
}

/** As the controller of Deployments, which does not run here, reports a rollout. */
async function writeRollout(
  name: string,
  pods: { replicas: number; updatedReplicas: number },
): Promise<void> {
  const client = deployments(hook.admin);
  const { metadata } = await client.get({ namespace, name });
  const status = { observedGeneration: metadata.generation, ...pods };
  await client.patchStatus({ namespace, name }, metadata.resourceVersion ?? "", status);
}
