import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { rfc3339 } from "../../../src/controller/conditions.ts";
import { eventually } from "../../support/eventually.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { tenant, Installation } from "../../support/installation/installation.ts";
import { createAccount } from "./callers.ts";

/** What a caller is told whose own time limit ends the wait. No controller runs, so no job ends. */

let world: Installation;
let gateway: GatewayProcess;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  await createAccount(world, [gateway], "shop");
});

after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function take(): Promise<Response> {
  const options = { access_key: "shop", url: "https://example.com/", timeout: "5" };
  return await fetch(`${gateway.url}/take?${new URLSearchParams(options).toString()}`);
}

async function jobs() {
  const { items } = await world.jobs.list({ namespace: tenant });
  return items.filter(({ spec }) => spec.cancel !== true);
}

test("a call whose job has failed attempts is told the last failure, and cancels the job", async () => {
  const answer = take();
  const [job] = await eventually("the job exists", async () => {
    const found = await jobs();
    return found.length === 1 ? found : undefined;
  });
  assert.ok(job);
  const { resourceVersion } = job.metadata;
  await world.jobs.patchStatus({ namespace: tenant, name: job.metadata.name }, resourceVersion, {
    attempts: 2,
    lastFailure: { reason: "StorageUnavailable", message: "The object store is away" },
    conditions: [
      {
        ...{ type: "Succeeded", status: "Unknown", reason: "BackingOff", message: "Waiting" },
        ...{ observedGeneration: 1, lastTransitionTime: rfc3339(Date.now()) },
      },
    ],
  });

  const told = await answer;
  assert.equal(told.headers.get("x-stills-reason"), "StorageUnavailable");
  const body = (await told.json()) as Record<string, string>;
  assert.equal(body["error_code"], "storage_returned_transient_error");
  assert.equal(
    body["error_message"],
    'The object store is away. The request did not end within 5 seconds ("timeout")',
  );
  assert.deepEqual(await jobs(), []);
});

test("a call whose job has not failed is told that the time is over", async () => {
  const told = await take();
  assert.equal(told.headers.get("x-stills-reason"), "DeadlineExceeded");
  assert.equal(((await told.json()) as Record<string, string>)["error_code"], "timeout_error");
  assert.deepEqual(await jobs(), []);
});
