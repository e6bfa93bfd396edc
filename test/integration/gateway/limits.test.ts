import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { labels } from "../../../src/api/settings/kubernetes-names.ts";
import {
  minuteStart,
  secondsToNextMinute,
} from "../../../src/controller/accounts/account-usage.ts";
import { accounts } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { ControllerProcess } from "../../support/installation/controller-process.ts";
import {
  accountsNamespace,
  tenant,
  Installation,
} from "../../support/installation/installation.ts";
import { call, createAccount } from "./callers.ts";
import type { Answered } from "./callers.ts";
import { takePicture, type Behaviour } from "../../support/installation/stub-worker.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";

/** What an account may have at a time, in a minute and in a month, with two gateways. A worker runs only where a test starts it. */

let world: Installation;
let gateways: GatewayProcess[];
let controller: ControllerProcess;

before(async () => {
  world = await Installation.start();
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

/** In a minute (UTC) of which so many seconds are left. */
async function untilMinuteHas(seconds: number): Promise<void> {
  const left = secondsToNextMinute(Date.now());
  if (left <= seconds) await sleep(left * 1000);
}

async function jobsOf(account: string): Promise<string[]> {
  const labelSelector = `${labels.account}=${account}`;
  const { items } = await world.jobs.list({ namespace: tenant, labelSelector });
  return items.map(({ metadata }) => metadata.name);
}

test("an account cannot exceed its limit of unfinished jobs, with several gateways at once", async () => {
  await createAccount(world, gateways, "shop", { limits: { concurrentJobs: 3 } });
  const answers = await crowd("shop", 20);

  const accepted = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status === 400);
  assert.deepEqual([accepted.length, refused.length], [3, 17]);
  for (const { code, message, retryAfter } of refused) {
    assert.equal(code, "concurrency_limit_reached");
    assert.match(message, /^Limit of 3 unfinished jobs reached/);
    assert.equal(retryAfter, "1");
  }
  assert.equal((await jobsOf("shop")).length, 3);

  const [first] = accepted;
  const path = first?.location ?? "";
  const headers = { "x-access-key": "shop" };
  await cancel("shop", path);
  // It is a retry of that job that takes the place.
  const retried = await fetch(`${gateway(1).url}${path}/retry`, { method: "POST", headers });
  assert.equal(retried.status, 201, await retried.text());
  assert.equal((await call(gateway(0), "shop")).code, "concurrency_limit_reached");
  const again = await fetch(`${gateway(1).url}${path}/retry`, { method: "POST", headers });
  assert.deepEqual([again.status, again.headers.get("retry-after")], [400, "1"]);
  assert.match(await again.text(), /"code":"concurrency_limit_reached"/);
});

test("a call with the idempotency key of an existing job does not count", async () => {
  await createAccount(world, gateways, "keyed", {
    limits: { concurrentJobs: 1, requestsPerMonth: 1 },
  });
  const headers = { "idempotency-key": "order-7" };
  const first = await call(gateway(0), "keyed", headers);
  const second = await call(gateway(1), "keyed", headers);
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.equal(second.location, first.location);
  assert.equal((await call(gateway(1), "keyed")).code, "screenshots_limit_reached");
});

test("a call that another limit refuses, or whose job exists, does not count for the minute", async () => {
  await createAccount(world, gateways, "careful", {
    limits: { requestsPerMinute: 2, concurrentJobs: 1 },
  });
  await untilMinuteHas(25);
  const headers = { "idempotency-key": "order-8" };
  const first = await call(gateway(0), "careful", headers);
  const again = await call(gateway(0), "careful", headers);
  assert.deepEqual([first.status, again.location], [201, first.location]);
  assert.match((await call(gateway(0), "careful")).message, /^Limit of 1 unfinished job reached/);
  await cancel("careful", first.location ?? "");

  assert.equal((await call(gateway(0), "careful")).status, 201);
  assert.match(
    (await call(gateway(1), "careful")).message,
    /^Limit of 2 requests per minute reached/,
  );
});

test("an account cannot exceed its requests per minute, with several gateways and after the controller is killed", async () => {
  await createAccount(world, gateways, "hasty", { limits: { requestsPerMinute: 3 } });
  // A new leader waits for the lease of the killed one, 15 seconds.
  await untilMinuteHas(45);
  const minute = minuteStart(Date.now());
  const mostSeconds = secondsToNextMinute(Date.now());
  const answers = await crowd("hasty", 8);
  const leastSeconds = secondsToNextMinute(Date.now());

  assert.equal(answers.filter(({ status }) => status === 201).length, 3);
  const refused = answers.filter(({ status }) => status === 400);
  assert.equal(refused.length, 5);
  for (const { code, message, retryAfter } of refused) {
    assert.equal(code, "concurrency_limit_reached");
    assert.equal(message, "Limit of 3 requests per minute reached; it resets at the next minute");
    const seconds = Number(retryAfter);
    assert.ok(leastSeconds <= seconds && seconds <= mostSeconds, `retry-after ${retryAfter}`);
  }
  assert.equal((await jobsOf("hasty")).length, 3);

  await replaceController();
  const { code } = await call(gateway(0), "hasty");
  assert.equal(minuteStart(Date.now()), minute, "the machine is too slow for this test");
  assert.equal(code, "concurrency_limit_reached");
});

test("the pictures of a month are counted through kills of gateways and controllers, and after their jobs are gone", async () => {
  await createAccount(world, gateways, "metered", { limits: { requestsPerMonth: 5 } });
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
  await withWorker(takePicture, async () => world.untilAllFinished(await jobsOf("metered")));
  await untilWritten("metered", { total: 4, succeeded: 4 });
  for (const name of await jobsOf("metered")) await world.jobs.delete({ namespace: tenant, name });
  await replaceController();
  for (const each of gateways) await each[Symbol.asyncDispose]();
  gateways = await Promise.all([GatewayProcess.start(world), GatewayProcess.start(world)]);

  const last = await crowd("metered", 4);
  assert.equal(last.filter(({ status }) => status === 201).length, 1);
  // The one under way may yet fail, and then not count.
  for (const { code, message, retryAfter } of last.filter(({ status }) => status !== 201)) {
    assert.equal(code, "screenshots_limit_reached");
    assert.match(
      message,
      /^Monthly limit of 5 requests reached; some have not ended, and those that/,
    );
    assert.equal(retryAfter, "5");
  }
  await withWorker(takePicture, async () => world.untilAllFinished(await jobsOf("metered")));
  const { code, message, retryAfter } = await call(gateway(0), "metered");
  assert.equal(code, "screenshots_limit_reached");
  assert.equal(message, "Monthly limit of 5 requests reached; it resets on the 1st (UTC)");
  const endOfMonth = Date.now() + Number(retryAfter) * 1000;
  assert.equal(new Date(endOfMonth + 60_000).getUTCDate(), 1);
  assert.equal((await jobsOf("metered")).length, 1);
});

test("calls that fail do not count for the month, as /usage tells, and make room for others", async () => {
  await createAccount(world, gateways, "unlucky", { limits: { requestsPerMonth: 2 } });
  const usage = async (): Promise<object> => {
    const answer = await fetch(`${gateway(0).url}/usage?access_key=unlucky`);
    const { total, available, used } = (await answer.json()) as Record<string, number>;
    return { total, available, used };
  };
  for (const at of [0, 1]) assert.equal((await call(gateway(at), "unlucky")).status, 201);
  assert.deepEqual(await usage(), { total: 2, available: 0, used: 0 });
  const outcome = { kind: "Failed", reason: "NameNotResolved", message: "by the test" } as const;
  await withWorker(
    async () => ({ ...outcome, timingsMilliseconds: {} }),
    async () => {
      // Asked again and again, it is admitted as soon as one has failed.
      const third = await call(gateway(0), "unlucky");
      assert.equal(third.status, 201, third.message);
      await world.untilAllFinished(await jobsOf("unlucky"));
    },
  );
  await eventually("what failed is given back", async () => {
    return isDeepStrictEqual(await usage(), { total: 2, available: 2, used: 0 });
  });
  await withWorker(takePicture, async () => {
    for (const at of [0, 1]) assert.equal((await call(gateway(at), "unlucky")).status, 201);
    await world.untilAllFinished(await jobsOf("unlucky"));
  });
  assert.deepEqual(await usage(), { total: 2, available: 0, used: 2 });
  assert.match((await call(gateway(1), "unlucky")).message, /it resets on the 1st/);
  await untilWritten("unlucky", { total: 5, succeeded: 2 });
});

test("without a controller an account with limits is told to retry, and one without limits is served", async () => {
  await createAccount(world, gateways, "limited", { limits: { concurrentJobs: 5 } });
  await createAccount(world, gateways, "unlimited");
  await controller.kill();
  const refused = await call(gateway(0), "limited");
  assert.deepEqual([refused.status, refused.code], [503, "temporary_unavailable"]);
  assert.match(
    refused.message,
    /^The limits of the account cannot be checked because no controller answers/,
  );
  assert.equal(refused.retryAfter, "10");
  assert.deepEqual(await jobsOf("limited"), []);
  assert.equal((await call(gateway(1), "unlimited")).status, 201);
});

/** Calls off the job at a path below `/v1/jobs`; it has ended when this resolves. */
async function cancel(account: string, path: string): Promise<void> {
  const headers = { "x-access-key": account };
  const cancelled = await fetch(`${gateway(0).url}${path}`, { method: "DELETE", headers });
  assert.equal(cancelled.status, 202);
  await world.untilFinished(path.slice(path.lastIndexOf("/") + 1));
}

/** Does something while a stub worker runs. */
async function withWorker(behave: Behaviour, work: () => Promise<unknown>): Promise<void> {
  await using _worker = await world.startWorker({ behave });
  await work();
}

/** Waits until the status of the account has these numbers. */
async function untilWritten(name: string, numbers: Record<string, number>): Promise<void> {
  await eventually(`the controller has written the usage of ${name}`, async () => {
    const account = await accounts(world.transport).get({ namespace: accountsNamespace, name });
    const { total, succeeded } = account.status?.usage ?? {};
    return isDeepStrictEqual({ total, succeeded }, numbers);
  });
}

async function replaceController(): Promise<void> {
  await controller[Symbol.asyncDispose]();
  await world.expireLease();
  controller = await ControllerProcess.start(world);
  await controller.untilLeading();
}
