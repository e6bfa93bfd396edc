import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import type { CaptureRequest } from "../../../src/api/messages/capture-request.ts";
import type { ScreenshotJob } from "../../../src/api/kinds/resource-types.ts";
import { annotations } from "../../../src/api/settings/kubernetes-names.ts";
import type { Nats } from "../../../src/platform/nats/connection.ts";
import { DirectPictureSender } from "../../../src/worker/capture/direct-picture-sender.ts";
import { eventually } from "../../support/eventually.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, tenant } from "../../support/installation/installation.ts";
import { silentLog } from "../../support/silent-log.ts";
import { createAccount } from "./callers.ts";

/** Which pictures a synchronous call accepts. The test is the worker. */

let world: Installation;
let gateway: GatewayProcess;
let nats: Nats;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  nats = await world.connect("worker-default");
  await createAccount(world, [gateway], "shop");
});

after(async () => {
  await nats?.stop();
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** Sends a picture to the address that a job has, in the name of a job with this uid. */
function sendPicture(job: ScreenshotJob, uid: string, text: string): void {
  const [gatewayID = "", token = ""] = (job.metadata.annotations?.[annotations.reply] ?? "").split(
    ".",
  );
  const request = {
    job: { namespace: tenant, name: job.metadata.name, uid },
    reply: { gateway: gatewayID, token },
  } as unknown as CaptureRequest;
  const bytes = Buffer.from(text);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const picture = { bytes, sha256, mediaType: "image/png", widthPixels: 1, heightPixels: 1 };
  new DirectPictureSender({ nats, log: silentLog }).send(request, picture);
}

test("a call is answered with the picture of its own job, not with one that another job sends to its address", async () => {
  const answer = fetch(`${gateway.url}/take?access_key=shop&url=https%3A%2F%2Fexample.com%2F`);
  const job = await eventually("the job exists", async () => {
    const { items } = await world.jobs.list({ namespace: tenant });
    return items.find(({ metadata }) => metadata.annotations?.[annotations.reply] !== undefined);
  });
  sendPicture(job, "0c8b3a52-33a5-4d64-8a0b-1f2f3a4b5c6d", "of another job");
  sendPicture(job, job.metadata.uid, "of its own");
  assert.equal(await (await answer).text(), "of its own");
  await gateway.untilLogged("Dropped a picture of another job");
});
