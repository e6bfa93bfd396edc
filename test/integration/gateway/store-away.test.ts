import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { FaultyStore } from "../../support/faulty-store.ts";
import { Installation } from "../../support/installation/installation.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { takePicture } from "../../support/installation/stub-worker.ts";
import { call, createAccount } from "./callers.ts";

/** `/take`, synchronously. */
async function take(gateway: GatewayProcess): Promise<Response> {
  const query = new URLSearchParams({
    ...{ access_key: "shop", url: "https://example.com/", timeout: "5" },
  });
  return await fetch(`${gateway.url}/take?${query.toString()}`);
}

test("while the object store is away synchronous calls get 503 and asynchronous ones are taken", async () => {
  await using world = await Installation.start();
  await using store = await FaultyStore.start(world.objects.endpoint);
  const config = world.controllerConfig();
  await using _controller = world.startController(undefined, {
    store: { ...config.store, endpoint: store.endpoint },
  });
  await using _worker = await world.startWorker({
    behave: (request, worker) =>
      eventually("the picture is stored", () => takePicture(request, worker)),
  });
  await using gateway = await GatewayProcess.start(world);
  await createAccount(world, [gateway], "shop");
  assert.equal((await take(gateway)).status, 200);

  await store.become("Failing");

  const refused = await eventually("a call is refused at once", async () => {
    const answer = await take(gateway);
    const body = (await answer.json()) as { error_message: string; error_code: string };
    return body.error_message.startsWith("The object store does not answer") && { answer, body };
  });
  assert.equal(refused.answer.status, 503);
  assert.equal(refused.answer.headers.get("retry-after"), "10");
  assert.equal(refused.answer.headers.get("x-stills-reason"), "StorageUnavailable");
  assert.equal(refused.body.error_code, "temporary_unavailable");
  const { status, location } = await call(gateway, "shop");
  assert.equal(status, 201);

  await store.become("None");

  await world.untilFinished(location?.split("/").at(-1) ?? "");
  await eventually("calls are served again", async () => (await take(gateway)).status === 200);
});
