import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account, ScreenshotJob } from "../../../src/api/kinds/resource-types.ts";
import { apiVersion, labels } from "../../../src/api/settings/kubernetes-names.ts";
import { secondsToNextMinute } from "../../../src/controller/accounts/account-usage.ts";
import { accounts, screenshotJobs } from "../../../src/platform/kube/resources.ts";
import type { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { eventually } from "../../support/eventually.ts";
import { ControllerProcess } from "../../support/installation/controller-process.ts";
import { connectAsLimitedUser, editRules } from "../../support/installation/limited-user.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import {
  Installation,
  accountsNamespace,
  otherTenant,
  tenant,
} from "../../support/installation/installation.ts";
import { bearerOf, call, createAccount } from "./callers.ts";

/**
 * A user who may edit jobs, also in the namespace of an account, and writes the account's label and copied proofs on them. Each test makes
 * a real call before and after: those count, at once. No worker runs: no job ends by itself.
 */

let world: Installation;
let gateway: GatewayProcess;
let controller: ControllerProcess;
let attacker: KubeTransport;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  controller = await ControllerProcess.start(world);
  await controller.untilLeading();
  const rights = { [tenant]: editRules, [otherTenant]: editRules };
  attacker = await connectAsLimitedUser(world, "mallory", rights);
});

after(async () => {
  await attacker?.close();
  await controller?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

interface ForgedMetadata {
  namespace: string;
  name: string;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
}

async function forge(metadata: ForgedMetadata): Promise<void> {
  await screenshotJobs(attacker).create({
    ...{ apiVersion, kind: "ScreenshotJob", metadata },
    spec: { url: "https://example.com/" },
  } as unknown as ScreenshotJob);
}

/** Calls once as the account, and creates jobs that claim to be its; the controller has seen them when this resolves. */
async function attack(account: string): Promise<void> {
  const accepted = await call(gateway, account);
  assert.equal(accepted.status, 201, accepted.message);
  const path = accepted.location ?? "";
  const genuine = await screenshotJobs(attacker).get({
    namespace: tenant,
    name: path.slice(path.lastIndexOf("/") + 1),
  });
  const { name } = genuine.metadata;
  const copied = {
    labels: genuine.metadata.labels ?? {},
    annotations: genuine.metadata.annotations ?? {},
  };
  const labelled = { [labels.account]: account };
  for (const namespace of [tenant, otherTenant])
    for (const number of [1, 2, 3]) {
      await forge({ namespace, name: `${account}-labelled-${number}`, labels: labelled });
      await forge({ namespace, name: `${account}-copied-${number}`, ...copied });
    }
  await forge({ namespace: otherTenant, name, ...copied });

  // Changes come in order: when the last job has ended, the controller has seen all others.
  const last = { namespace: tenant, name: `${account}-last` };
  await forge({ ...last, labels: labelled });
  await screenshotJobs(attacker).mergePatch(last, { spec: { cancel: true } });
  await world.untilFinished(last.name);
}

async function usageOf(name: string): Promise<NonNullable<Account["status"]>["usage"]> {
  const account = await accounts(world.transport).get({ namespace: accountsNamespace, name });
  return account.status?.usage;
}

const cases: [account: string, limits: NonNullable<Account["spec"]["limits"]>, refusal: RegExp][] =
  [
    ["monthly", { requestsPerMonth: 2 }, /^Monthly limit of 2 requests reached/],
    ["at-a-time", { concurrentJobs: 2 }, /^Limit of 2 unfinished jobs reached/],
    ["per-minute", { requestsPerMinute: 2 }, /^Limit of 2 requests per minute reached/],
  ];

for (const [account, limits, refusal] of cases)
  test(`labels and copied proofs use up nothing of the limit of '${account}', its own calls do`, async () => {
    await createAccount(world, [gateway], account, { limits });
    const left = secondsToNextMinute(Date.now());
    if (limits.requestsPerMinute !== undefined && left <= 25) await sleep(left * 1000);
    await attack(account);
    const second = await call(gateway, account);
    assert.equal(second.status, 201, second.message);
    const third = await call(gateway, account);
    assert.match(third.message, refusal);
  });

test("the usage that is written counts the accounts' own calls", async () => {
  for (const [account] of cases) {
    const usage = await eventually("the usage is written", async () => {
      const found = await usageOf(account);
      return (found?.total ?? 0) >= 2 ? found : undefined;
    });
    assert.equal(usage.total, 2, account);
  }
});

test("an account sees and retries only the jobs of its calls", async () => {
  await createAccount(world, [gateway], "viewer");
  await attack("viewer");
  const headers = bearerOf("viewer");
  const { jobs } = (await (await fetch(`${gateway.url}/v1/jobs`, { headers })).json()) as {
    jobs: { name: string }[];
  };
  assert.equal(jobs.length, 1);
  // The forged job has ended, so nothing but its origin speaks against a retry.
  const retry = `${gateway.url}/v1/jobs/viewer-last/retry`;
  assert.equal((await fetch(retry, { method: "POST", headers })).status, 404);

  const own = `${gateway.url}/v1/jobs/${jobs[0]?.name}`;
  assert.equal((await fetch(own, { method: "DELETE", headers })).status, 202);
  await world.untilFinished(jobs[0]?.name ?? "");
  assert.equal((await fetch(`${own}/retry`, { method: "POST", headers })).status, 201);
  const retried = await fetch(`${own}-r1`, { headers });
  assert.equal(retried.status, 200, "a retry has a proof of its own");
});

test("an idempotency key attaches to no job that another user made in its place", async () => {
  await createAccount(world, [gateway], "keyed");
  const headers = { "idempotency-key": "order-9" };
  const first = await call(gateway, "keyed", headers);
  assert.equal((await call(gateway, "keyed", headers)).location, first.location, "the control");
  const path = first.location ?? "";
  const name = path.slice(path.lastIndexOf("/") + 1);
  const { metadata } = await screenshotJobs(attacker).get({ namespace: tenant, name });
  await screenshotJobs(attacker).delete({ namespace: tenant, name });
  await screenshotJobs(attacker).create({
    ...{ apiVersion, kind: "ScreenshotJob" },
    metadata: {
      ...{ namespace: tenant, name },
      labels: metadata.labels,
      annotations: metadata.annotations,
    },
    spec: { url: "https://attacker.example/" },
  } as unknown as ScreenshotJob);
  assert.match((await call(gateway, "keyed", headers)).message, /Idempotency-Key/);
});
