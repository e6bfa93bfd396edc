import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { apiVersion, labels } from "../../../src/api/settings/kubernetes-names.ts";
import type { Account, WebhookSpec } from "../../../src/api/kinds/resource-types.ts";
import {
  readSigningKeys,
  type SigningKeys,
} from "../../../src/controller/webhooks/signing-keys.ts";
import { JobProofs } from "../../../src/core/tokens/job-proof.ts";
import { isForbidden } from "../../../src/platform/kube/kube-error.ts";
import { accounts, secrets } from "../../../src/platform/kube/resources.ts";
import type { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { aJob, aWebhook } from "../../support/job-records.ts";
import { connectAsLimitedUser } from "../../support/installation/limited-user.ts";
import {
  Installation,
  accountsNamespace,
  tenant,
} from "../../support/installation/installation.ts";

/** The keys of webhooks, read with fewer rights than the chart gives. */

const jobProof = { key: "j".repeat(32), requiredFromMilliseconds: 0 };
const proofs = new JobProofs(jobProof);
let world: Installation;
let withoutRights: KubeTransport;
let withoutSecrets: KubeTransport;

before(async () => {
  world = await Installation.start();
  const metadata = { namespace: accountsNamespace, name: "acme" };
  await secrets(world.transport).create({ metadata, stringData: { secretKey: "of acme" } });
  await accounts(world.transport).create({
    ...{ apiVersion, kind: "Account", metadata },
    spec: { namespace: tenant, credentialsSecretRef: { name: "acme" } },
  } as Account);
  await secrets(world.transport).create({
    metadata: { namespace: tenant, name: "hook", labels: { [labels.usableByJobs]: "true" } },
    stringData: { key: "of the tenant" },
  });
  withoutRights = await connectAsLimitedUser(world, "rightless", {});
  withoutSecrets = await connectAsLimitedUser(world, "secretless", {
    [accountsNamespace]: [{ apiGroups: ["stills.dev"], resources: ["accounts"], verbs: ["get"] }],
  });
});

after(async () => {
  await withoutRights?.close();
  await withoutSecrets?.close();
  await world?.[Symbol.asyncDispose]();
});

async function keysOf(transport: KubeTransport, key: Partial<WebhookSpec>): Promise<SigningKeys> {
  const job = aJob({ webhook: aWebhook(key) });
  const { namespace, name } = job.metadata;
  job.metadata.labels = { [labels.account]: "acme" };
  const facts = { namespace, name, account: "acme", reply: undefined, spec: job.spec };
  job.metadata.annotations = { "stills.dev/proof": proofs.create(facts) };
  return await readSigningKeys(
    { accounts: accounts(transport), secrets: secrets(transport), accountsNamespace, proofs },
    job,
    AbortSignal.timeout(30_000),
  );
}

const ofAccount = { accountName: "acme" };
const ofTenant = { signingSecretRef: { name: "hook", key: "key" } };

test("with all rights both kinds of keys are found", async () => {
  assert.deepEqual(await keysOf(world.transport, ofAccount), {
    ...{ kind: "Account", secretKeys: ["of acme"] },
  });
  assert.deepEqual(await keysOf(world.transport, ofTenant), {
    ...{ kind: "Secret", secret: "of the tenant" },
  });
});

test("a missing right on accounts or on their Secrets is an error, not a missing key", async () => {
  await assert.rejects(keysOf(withoutRights, ofAccount), isForbidden);
  await assert.rejects(keysOf(withoutSecrets, ofAccount), isForbidden);
});

test("a tenant's Secret that may not be read counts as missing", async () => {
  const keys = await keysOf(withoutRights, ofTenant);
  assert.match(keys.kind === "Missing" ? keys.message : "", /in a namespace whose Secrets Stills/);
});

test("a rotation counts from the next try: the current key first, the previous one until it is removed", async () => {
  const secret = { namespace: accountsNamespace, name: "acme" };
  const change = (data: Record<string, string | null>) =>
    secrets(world.transport).mergePatch(secret, { data });
  const encoded = (value: string): string => Buffer.from(value).toString("base64");
  const keys = async (): Promise<unknown> => {
    const found = await keysOf(world.transport, ofAccount);
    return found.kind === "Account" ? found.secretKeys : found;
  };
  await change({ secretKey: encoded("newer"), previousSecretKey: encoded("of acme") });
  assert.deepEqual(await keys(), ["newer", "of acme"]);
  await change({ previousSecretKey: null });
  assert.deepEqual(await keys(), ["newer"]);
});
