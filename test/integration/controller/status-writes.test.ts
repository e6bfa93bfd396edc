import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { messageVersion } from "../../../src/api/messages/message-version.ts";
import { subjects } from "../../../src/api/messages/subjects.ts";
import type { WorkerAnnouncement } from "../../../src/api/messages/worker-announcement.ts";
import { annotations, apiVersion, labels } from "../../../src/api/settings/kubernetes-names.ts";
import type { Account, ScreenshotJob } from "../../../src/api/kinds/resource-types.ts";
import { JobProofs } from "../../../src/core/tokens/job-proof.ts";
import { accounts, secrets } from "../../../src/platform/kube/resources.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { eventually } from "../../support/eventually.ts";
import {
  Installation,
  accountsNamespace,
  operatorNamespace,
  tenant,
} from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

/** What the status of pools and accounts costs the API server, by its own counters. */
let world: Installation;
let controller: RunningController;

before(async () => {
  world = await Installation.start();
  controller = world.startController();
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** Requests that the API server has served, for instance `verb="GET"` of `resource="secrets"`. */
async function served(...labels: string[]): Promise<number> {
  const { kubectl, kubeconfig } = world.kube;
  const { stdout } = await promisify(execFile)(
    kubectl,
    ["--kubeconfig", kubeconfig, "get", "--raw", "/metrics"],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("apiserver_request_total{"))
    .filter((line) => labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

const poolWrites = () => served('verb="PATCH"', 'resource="browserpools"', 'subresource="status"');
const accountWrites = () => served('verb="PATCH"', 'resource="accounts"', 'subresource="status"');

test("the figures of a busy pool are written at their pace, and a change of its spec at once", async () => {
  const publisher = new Publisher(world.nats);
  let round = 0;
  const announce = (): void => {
    round += 1;
    const announcement: WorkerAnnouncement = {
      ...{ version: messageVersion, pool: "default", worker: "busy", state: "Ready" },
      ...{ slots: 16, sandbox: "On" },
      // Never the number that was written last.
      holding: Array.from({ length: round }, (_, index) => `job-${index}`),
    };
    publisher.send(subjects.announce("default", "busy"), announcement);
  };
  const changes = setInterval(announce, 10);
  try {
    await eventually("the pool is ready", async () => {
      const { status } = await world.pools.get({ namespace: operatorNamespace, name: "default" });
      return status?.conditions?.some(({ reason }) => reason === "WorkersReady");
    });
    const before = await poolWrites();
    const began = performance.now();
    await eventually("a thousand changes", () => round > 1_000);
    const written = (await poolWrites()) - before;
    const seconds = (performance.now() - began) / 1000;
    assert.ok(written >= 1, "the figures are written");
    assert.ok(written <= 2 + seconds / 5, `${written} writes in ${seconds} s`);

    await world.pools.mergePatch(
      { namespace: operatorNamespace, name: "default" },
      { spec: { slotsPerPod: 3 } },
    );
    await eventually("the change of the spec is observed", async () => {
      const { metadata, status } = await world.pools.get({
        ...{ namespace: operatorNamespace, name: "default" },
      });
      return status?.observedGeneration === metadata.generation;
    });
  } finally {
    clearInterval(changes);
  }
});

test("an account's own status causes no reads, and a change of its spec causes one", async () => {
  const count = 40;
  const reads = () => served('verb="GET"', 'resource="secrets"');
  const began = performance.now();
  const [readsBefore, writesBefore] = await Promise.all([reads(), accountWrites()]);
  const names = Array.from({ length: count }, (_, index) => `account-${index}`);
  await Promise.all(names.map((name) => createAccount(name)));
  await eventually("all are ready", async () => {
    const { items } = await accounts(world.transport).list({ namespace: accountsNamespace });
    return items.every(({ status }) =>
      status?.conditions?.some(({ status: isReady }) => isReady === "True"),
    );
  });
  await accounts(world.transport).mergePatch(
    { namespace: accountsNamespace, name: "account-0" },
    { spec: { suspended: true } },
  );
  await eventually("the change of the spec is observed", async () => {
    const { status } = await accounts(world.transport).get({
      ...{ namespace: accountsNamespace, name: "account-0" },
    });
    return status?.conditions?.some(({ reason }) => reason === "Suspended");
  });
  const minutes = (performance.now() - began) / 60_000;
  const [read, written] = [(await reads()) - readsBefore, (await accountWrites()) - writesBefore];
  assert.ok(read <= (count + 1) * (1 + minutes), `${read} reads in ${minutes} minutes`);
  assert.equal(written, count + 1);
});

test("the usage of many accounts is written at ten a second over all", async () => {
  const count = 60;
  const names = Array.from({ length: count }, (_, index) => `active-${index}`);
  for (const name of names) await createAccount(name);
  await eventually("all have a condition", async () => {
    const { items } = await accounts(world.transport).list({ namespace: accountsNamespace });
    return items.every(({ status }) => status?.conditions !== undefined);
  });
  for (const name of names) await createJobOf(name);

  const tooMany: string[] = [];
  let seen = { writes: await accountWrites(), atMilliseconds: performance.now() };
  await eventually("the usage of all is written", async () => {
    const atMilliseconds = performance.now();
    const writes = await accountWrites();
    const seconds = (performance.now() - seen.atMilliseconds) / 1000;
    if (writes - seen.writes > 10 * seconds + 2)
      tooMany.push(`${writes - seen.writes} in ${seconds} s`);
    seen = { writes, atMilliseconds };
    const { items } = await accounts(world.transport).list({ namespace: accountsNamespace });
    return items.filter(({ status }) => status?.usage?.total === 1).length === count;
  });
  assert.deepEqual(tooMany, []);
});

async function createJobOf(account: string): Promise<void> {
  const proofs = new JobProofs(world.keys.jobProof);
  const facts = { namespace: tenant, name: account, account, reply: undefined };
  await world.jobs.create({
    apiVersion,
    kind: "ScreenshotJob",
    metadata: {
      ...{ namespace: tenant, name: account },
      labels: { [labels.account]: account },
      annotations: { [annotations.proof]: proofs.create({ ...facts, spec: {} }) },
    },
    spec: { url: "https://example.com/", suspend: true },
  } as unknown as ScreenshotJob);
}

async function createAccount(name: string): Promise<void> {
  await secrets(world.transport).create({
    metadata: { namespace: accountsNamespace, name: `${name}-keys` },
    stringData: { accessKey: "a".repeat(24), secretKey: "s".repeat(24) },
  });
  await accounts(world.transport).create({
    ...{ apiVersion, kind: "Account", metadata: { namespace: accountsNamespace, name } },
    spec: { namespace: tenant, credentialsSecretRef: { name: `${name}-keys` } },
  } as Account);
}
