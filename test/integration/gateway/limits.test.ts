import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { labels } from "../../../src/api/keys.ts";
import { accounts } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { ControllerProcess } from "../controller/controller-process.ts";
import { operatorNamespace, tenant, World } from "../controller/world.ts";
import { call, createAccount } from "./callers.ts";
import type { Answered } from "./callers.ts";
import { GatewayProcess } from "./gateway-process.ts";

/** What an account may have at a time and in a month, with two gateways. No worker runs: no job ends by itself. */

let world: World;
let gateways: GatewayProcess[];
let controller: ControllerProcess;

before(async () => {
  world = await World.start();
  gateways = await Promise.all([GatewayProcess.start(world), GatewayProcess.start(world)]);
  controller = await ControllerProcess.start(world);
  await controller.untilLeading();
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  for (const gateway of gateways ?? []) await gateway[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

function gateway(number: number): GatewayProcess {
  const found = gateways[number % gateways.length];
  assert.ok(found !== undefined);
  return found;
}

/** So many calls at once, to one gateway and the other in turn. */
function crowd(account: string, calls: number): Promise<Answered[]> {
  return Promise.all(Array.from({ length: calls }, (_, at) => call(gateway(at), account)));
}

async function jobsOf(account: string): Promise<string[]> {
  const labelSelector = `${labels.account}=${account}`;
  const { items } = await world.jobs.list({ namespace: tenant, labelSelector });
  return items.map(({ metadata }) => metadata.name);
}

test("an account has no more unfinished jobs than it may, however many gateways it calls at once", async () => {
  await createAccount(world, gateways, "shop", { concurrentJobs: 3 });
  const answers = await crowd("shop", 20);

  const accepted = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status === 400);
  assert.deepEqual([accepted.length, refused.length], [3, 17]);
  for (const { code, message, retryAfter } of refused) {
    assert.equal(code, "concurrency_limit_reached");
    assert.match(message, /^The account may have 3 unfinished jobs at a time, and has as many/);
    assert.equal(retryAfter, "1");
  }
  assert.equal((await jobsOf("shop")).length, 3);

  const [first] = accepted;
  const path = first?.location ?? "";
  const headers = { "x-access-key": "shop" };
  const cancelled = await fetch(`${gateway(0).url}${path}`, { method: "DELETE", headers });
  assert.equal(cancelled.status, 202);
  await world.untilFinished(path.slice(path.lastIndexOf("/") + 1));
  // It is a retry of that job that takes the place.
  const retried = await fetch(`${gateway(1).url}${path}/retry`, { method: "POST", headers });
  assert.equal(retried.status, 201, await retried.text());
  assert.equal((await call(gateway(0), "shop")).code, "concurrency_limit_reached");
  const again = await fetch(`${gateway(1).url}${path}/retry`, { method: "POST", headers });
  assert.deepEqual([again.status, again.headers.get("retry-after")], [400, "1"]);
  assert.match(await again.text(), /"code":"concurrency_limit_reached"/);
});

test("a call with the idempotency key of a job that is there takes no place", async () => {
  await createAccount(world, gateways, "keyed", { concurrentJobs: 1, requestsPerMonth: 1 });
  const headers = { "idempotency-key": "order-7" };
  const first = await call(gateway(0), "keyed", headers);
  const second = await call(gateway(1), "keyed", headers);
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.equal(second.location, first.location);
  assert.equal((await call(gateway(1), "keyed")).code, "screenshots_limit_reached");
});

test("what an account has used this month is known after all gateways and controllers were killed, and its jobs deleted", async () => {
  await createAccount(world, gateways, "metered", { requestsPerMonth: 5 });
  const first = await crowd("metered", 3);
  assert.deepEqual(
    first.map(({ status }) => status),
    [201, 201, 201],
  );
  await replaceController();
  assert.equal(
    (await call(gateway(0), "metered")).status,
    201,
    "killed before it was written down",
  );

  await eventually("the controller has written it down", async () => {
    const account = await accounts(world.transport).get({
      ...{ namespace: operatorNamespace, name: "metered" },
    });
    return account.status?.usage?.total === 4;
  });
  for (const name of await jobsOf("metered")) await world.jobs.delete({ namespace: tenant, name });
  await replaceController();
  for (const each of gateways) await each[Symbol.asyncDispose]();
  gateways = await Promise.all([GatewayProcess.start(world), GatewayProcess.start(world)]);

  const last = await crowd("metered", 4);
  assert.equal(last.filter(({ status }) => status === 201).length, 1);
  for (const { code, message, retryAfter } of last.filter(({ status }) => status !== 201)) {
    assert.equal(code, "screenshots_limit_reached");
    assert.equal(message, "The account may start 5 requests a month (UTC), and has done so");
    const endOfMonth = Date.now() + Number(retryAfter) * 1000;
    assert.equal(new Date(endOfMonth + 60_000).getUTCDate(), 1);
  }
  assert.equal((await jobsOf("metered")).length, 1);
});

test("without a controller the call of an account with limits is asked to come back, and another is taken", async () => {
  await createAccount(world, gateways, "limited", { concurrentJobs: 5 });
  await createAccount(world, gateways, "unlimited", {});
  await controller.kill();
  const refused = await call(gateway(0), "limited");
  assert.deepEqual([refused.status, refused.code], [503, "temporary_unavailable"]);
  assert.match(refused.message, /^The limits of the account cannot be checked now/);
  assert.equal(refused.retryAfter, "10");
  assert.deepEqual(await jobsOf("limited"), []);
  assert.equal((await call(gateway(1), "unlimited")).status, 201);
});

async function replaceController(): Promise<void> {
  await controller[Symbol.asyncDispose]();
  controller = await ControllerProcess.start(world);
  await controller.untilLeading();
}
