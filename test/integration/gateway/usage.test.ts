import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { nextMinuteStart } from "../../../src/controller/accounts/account-usage.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { bearerOf, call, createAccount } from "./callers.ts";

/** `/usage` and `/devices`, in the shapes of the original API. No worker runs: no job ends. */

let world: Installation;
let gateway: GatewayProcess;
let controller: RunningController;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  controller = world.startController();
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

interface Usage {
  total: number;
  available: number;
  used: number;
  concurrency: { limit: number; remaining: number; reset: number };
}

async function usage(
  query: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${gateway.url}/usage${query}`, { headers });
  return { status: answer.status, body: await answer.json() };
}

async function errorCode(query: string, headers: Record<string, string> = {}): Promise<string> {
  const { status, body } = await usage(query, headers);
  const { error_code: code, error_message: message } = body as Record<string, string>;
  assert.equal(status, 400, String(message));
  return `${code}: ${message}`;
}

test("says what the account has used and may still use, by header as by query", async () => {
  const limits = { requestsPerMonth: 50, requestsPerMinute: 40 };
  await createAccount(world, [gateway], "shop", { limits });
  const earliest = nextMinuteStart(Date.now());
  for (const _ of [1, 2]) assert.equal((await call(gateway, "shop")).status, 201);
  const { status, body } = await usage("?access_key=shop");
  const latest = nextMinuteStart(Date.now());
  const { concurrency, ...month } = body as Usage;
  assert.equal(status, 200);
  assert.deepEqual(month, { total: 50, available: 48, used: 0 });
  assert.equal(concurrency.limit, 40);
  // The calls may have been of the minute before.
  if (earliest === latest) assert.equal(concurrency.remaining, 38);
  assert.ok([earliest, latest].includes(concurrency.reset / 1e6), String(concurrency.reset));
  assert.equal((await usage("", { "x-access-key": "shop" })).status, 200);
});

test("an account that requires signatures is asked for its secret key", async () => {
  await createAccount(world, [gateway], "strict", { requireSignature: true });
  assert.match(await errorCode("?access_key=strict"), /^signature_is_required: .*Bearer/);
  assert.equal((await usage("", bearerOf("strict"))).status, 200);
});

test("without a valid key, and with anything but a key, it is refused", async () => {
  assert.match(await errorCode(""), /^access_key_required: /);
  assert.match(await errorCode("?access_key=nobody"), /^access_key_invalid: /);
  assert.match(await errorCode("", { authorization: "Bearer guess" }), /^access_key_invalid: /);
  await createAccount(world, [gateway], "wordy");
  assert.match(
    await errorCode("?access_key=wordy&month=1"),
    /^request_not_valid: The request is not valid: "month" is not allowed$/,
  );
});

test("lists the devices that `viewport_device` takes", async () => {
  const answer = await fetch(`${gateway.url}/devices`);
  const devices = (await answer.json()) as { id: string }[];
  assert.deepEqual(
    devices.find(({ id }) => id === "iphone_13"),
    {
      id: "iphone_13",
      name: "iPhone 13",
      userAgent:
        "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1",
      viewport: {
        width: 390,
        height: 844,
        deviceScaleFactor: 3,
        isMobile: true,
        hasTouch: true,
        isLandscape: false,
      },
    },
  );
  const document = (await (await fetch(`${gateway.url}/v1/openapi.json`)).json()) as {
    components: { schemas: { TakeOptions: { properties: Record<string, { enum?: string[] }> } } };
  };
  const { viewport_device: option } = document.components.schemas.TakeOptions.properties;
  assert.deepEqual(devices.map(({ id }) => id).toSorted(), option?.enum?.toSorted());
});
