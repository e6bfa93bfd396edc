import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { Receiver } from "./receiver.ts";
import { WebhookInstallation } from "./webhook-installation.ts";

/** What becomes of a webhook whose outcome the API server refuses to store (422), since the CRD does not fit the controller. */
let receiver: Receiver;
let world: WebhookInstallation;
let controller: RunningController;

before(async () => {
  receiver = await Receiver.start();
  world = await WebhookInstallation.start([receiver.authority]);
  controller = world.startController();
});

after(async () => {
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

test("a webhook whose outcome is refused is not sent again, by no leader, and the outcome is stored once the CRD fits", async () => {
  await using _sender = await world.startSender();
  await world.createJob("probe", { url: receiver.url("/never") }, { suspend: true });
  await allowNotified(false);
  const job = await world.createJob("told", { url: receiver.url("/told") });
  await world.capture(job);
  await untilRefused();
  await twoSearchesForLostWebhooks();
  assert.equal(receiver.of("/told").length, 1);

  await controller[Symbol.asyncDispose]();
  controller = world.startController();
  await untilRefused();
  await twoSearchesForLostWebhooks();
  assert.equal(receiver.of("/told").length, 1);

  await allowNotified(true);
  const condition = await world.untilNotified("told");
  assert.deepEqual([condition.status, condition.reason], ["True", "Delivered"]);
  assert.equal(receiver.of("/told").length, 1);
});

async function untilRefused(): Promise<void> {
  await eventually("the outcome is refused", async () => {
    return (await controller.metric("stills_status_refused_total")) >= 1;
  });
}

/** A webhook that is still pending would be found to be lost within these. */
async function twoSearchesForLostWebhooks(): Promise<void> {
  const end = performance.now() + 12_000;
  await eventually("two searches have passed", () => performance.now() > end);
}

type Schema = Record<string, unknown> & { properties?: Record<string, Schema> };

/** Changes the CRD, and waits until the API server validates by it. */
async function allowNotified(isAllowed: boolean): Promise<void> {
  const { definitions } = world.installation;
  await eventually("the definition is changed", async () => {
    const definition = await definitions.get({ name: "screenshotjobs.stills.dev" });
    const { spec }: { spec: Record<string, unknown> } = definition;
    const versions = spec["versions"] as { schema: { openAPIV3Schema: Schema } }[];
    const status = versions[0]?.schema.openAPIV3Schema.properties?.["status"];
    const conditions = status?.properties?.["conditions"];
    assert.ok(conditions !== undefined);
    if (isAllowed) delete conditions["x-kubernetes-validations"];
    else
      conditions["x-kubernetes-validations"] = [
        {
          rule: "!self.exists(each, each.type == 'Notified' && each.status == 'True')",
          message: "a stricter definition",
        },
      ];
    await definitions.replace(definition);
    return true;
  });
  const notified = {
    ...{ type: "Notified", status: "True", reason: "Delivered", message: "probe" },
    ...{ observedGeneration: 1, lastTransitionTime: "2026-01-01T00:00:00Z" },
  };
  await eventually("the API server validates by the new definition", async () => {
    const accepts = await world.installation.acceptsStatus("probe", { conditions: [notified] });
    return accepts === isAllowed;
  });
}
