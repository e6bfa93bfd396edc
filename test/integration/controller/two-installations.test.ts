import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { defaultClassName } from "../../../src/api/settings/kubernetes-names.ts";
import { isNotFound } from "../../../src/platform/kube/kube-error.ts";
import { events, namespaces, screenshotClasses } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { ControllerProcess } from "../../support/installation/controller-process.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, succeeded } from "../../support/installation/installation.ts";
import { takePicture } from "../../support/installation/stub-worker.ts";
import { bearerOf, createAccount } from "../gateway/callers.ts";

/** Several installations in one cluster, each with NATS, store and controllers of its own, and with the same tenants. */

let first: Installation;

before(async () => {
  first = await Installation.start();
});

after(async () => {
  await first?.[Symbol.asyncDispose]();
});

async function startSecond(operatorNamespace: string, className: string): Promise<Installation> {
  return await Installation.startBeside(first, {
    ...{ operatorNamespace, accountsNamespace: `${operatorNamespace}-accounts`, className },
    pools: ["other"],
  });
}

test("installations with different classes each take their own jobs, and no others", async () => {
  await using second = await startSecond("stills-second", "second");
  await using _leaders = stack(first.startController(), second.startController());
  await using ofFirst = await first.startWorker();
  const go = Promise.withResolvers<void>();
  await using ofSecond = await second.startWorker({
    pool: "other",
    behave: async (request, stub) => {
      await go.promise;
      return await takePicture(request, stub);
    },
  });
  await first.createJob("of-second", { className: "second", poolName: "other" });
  await first.createJob("of-nobody", { className: "nobody" });
  await first.createJob("of-first");
  // The first installation has no such pool. When it says so of this job, it would have said so of the second's as well.
  await first.createJob("of-first-without-pool", { poolName: "other" });

  const withoutPool = await first.untilFinished("of-first-without-pool");
  go.resolve();
  const ended = [await first.untilFinished("of-first"), await first.untilFinished("of-second")];

  assert.equal(succeeded(withoutPool)?.reason, "PoolNotFound");
  assert.deepEqual(
    ended.map((job) => [succeeded(job)?.reason, job.status?.attempts]),
    [
      ["Captured", 1],
      ["Captured", 1],
    ],
  );
  assert.deepEqual(
    [ofFirst, ofSecond].map(({ requests }) => requests.map(({ job }) => job.name)),
    [["of-first"], ["of-second"]],
  );
  assert.equal((await first.job("of-nobody"))?.status, undefined);
  const key = ended[1]?.status?.artifact?.key ?? "";
  assert.ok((await second.store.head(key)) !== undefined, "its picture is in its own store");
  assert.equal(await first.store.head(key), undefined);
});

test("a gateway makes jobs of its class, and lists no others", async () => {
  await using second = await startSecond("stills-third", "third");
  await using _leaders = stack(first.startController(), second.startController());
  await using _worker = await second.startWorker({ pool: "other" });
  await using gateway = await GatewayProcess.start(second);
  await createAccount(second, [gateway], "shop", { poolName: "other" });
  const query = new URLSearchParams({ access_key: "shop", url: "https://example.com/" });
  const answer = await fetch(`${gateway.url}/take?${query.toString()}&async=true`);
  assert.equal(answer.status, 201, await answer.text());
  const name = answer.headers.get("location")?.replace("/v1/jobs/", "") ?? "";
  const job = await second.untilFinished(name);
  assert.equal(job.spec.className, "third");
  assert.equal(succeeded(job)?.reason, "Captured");
  const listed = await fetch(`${gateway.url}/v1/jobs`, { headers: bearerOf("shop") });
  const { jobs } = (await listed.json()) as { jobs: { name: string }[] };
  assert.deepEqual(
    jobs.map((one) => one.name),
    [name],
  );
});

test("a second installation of a class does not lead and says why, until the first one's namespace is gone", async () => {
  const classes = screenshotClasses(first.transport);
  {
    await using holder = await ControllerProcess.start(first);
    await holder.untilLeading();
  }
  const claim = await classes.get({ name: defaultClassName });
  assert.equal(claim.spec.holder.namespace, first.operatorNamespace);

  await using second = await startSecond("stills-fourth", defaultClassName);
  await using claimant = await ControllerProcess.start(second);
  const said = await claimant.untilLogged("Not leading");
  assert.match(String(said["cause"]), /class 'stills' is held by .* namespace 'stills-system'/);
  assert.equal(said["reason"], "ClassTaken");
  assert.equal(await claimant.metric("stills_class_held"), 0);
  assert.match(await readiness(claimant), /class 'stills' is held by .* 'stills-system'/);
  const event = await eventually("an Event of the class says so", async () => {
    const { items } = await events(first.transport).list({ namespace: "default" });
    return items.find(({ reason }) => reason === "ClassTaken");
  });
  assert.equal(event.regarding.uid, claim.metadata.uid);
  await first.createJob("meanwhile");

  await removeNamespace(first.operatorNamespace);
  await claimant.untilLeading();

  await using worker = await second.startWorker({ pool: "other" });
  await second.createJob("afterwards", { poolName: "other" });
  assert.equal(succeeded(await second.untilFinished("afterwards"))?.reason, "Captured");
  assert.equal(worker.requests.length, 1);
  assert.equal(await claimant.metric("stills_class_held"), 1);
  assert.equal(
    (await classes.get({ name: defaultClassName })).spec.holder.namespace,
    second.operatorNamespace,
  );
});

test("a leader whose class is given to another installation ends at once", async () => {
  await using second = await startSecond("stills-fifth", "fifth");
  await using leader = await ControllerProcess.start(second);
  await leader.untilLeading();
  const classes = screenshotClasses(first.transport);
  const claim = await classes.get({ name: "fifth" });
  const { uid = "" } = (await namespaces(first.transport).get({ name: "default" })).metadata;
  const holder = { namespace: "default", namespaceUID: uid };
  await classes.replace({ ...claim, spec: { holder } });
  assert.equal(await leader.exited, 1);
  assert.match(leader.output, /class 'fifth' is held by .* namespace 'default'/);
});

async function readiness(controller: ControllerProcess): Promise<string> {
  const { url } = await controller.untilLogged("Serving probes and metrics");
  const answer = await fetch(`${String(url)}/readyz`);
  assert.equal(answer.status, 503);
  return await answer.text();
}

/** What the controllers of Kubernetes do: without them a namespace stays as Terminating. */
async function removeNamespace(name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  await first.transport.request({ method: "DELETE", path });
  const body = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
    spec: { finalizers: [] },
  };
  await first.transport.request({ method: "PUT", path: `${path}/finalize`, body });
  await eventually("the namespace is gone", async () => {
    try {
      await namespaces(first.transport).get({ name });
      return false;
    } catch (thrown) {
      return isNotFound(thrown);
    }
  });
}

function stack(...parts: AsyncDisposable[]): AsyncDisposable {
  const all = new AsyncDisposableStack();
  for (const part of parts) all.use(part);
  return all;
}
