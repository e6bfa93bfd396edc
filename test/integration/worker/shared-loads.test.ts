import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { eventually } from "../../support/eventually.ts";
import {
  assertColour,
  assertSize,
  decodePicture,
  type DecodedPicture,
} from "../../support/picture.ts";
import { startWorld, type World } from "./world.ts";

/** Requests that carry others, whose pictures are taken of the same page. */

const red = [255, 0, 0] as const;
const blue = [0, 0, 255] as const;

const pages = {
  "/tall": `<style>body { margin: 0 } div { height: 200px; background: rgb(255, 0, 0) } #end { height: 400px; background: rgb(0, 0, 255) }</style>
    <div></div><div id="end"></div>`,
};

const takes: readonly Partial<CaptureSpec>[] = [
  { extent: "Viewport" },
  { clip: { xPixels: 0, yPixels: 150, widthPixels: 100, heightPixels: 100 } },
  { extent: "Element", element: { selector: "#end", whenMissing: "Fail" } },
  { extent: "FullPage" },
];

function loads({ site }: World, path: string): number {
  return site.visits.filter((visit) => visit === path).length;
}

async function pictureOf({ controller }: World, uid: string): Promise<DecodedPicture> {
  const { outcome } = await controller.result(uid);
  assert.ok(outcome.kind === "Captured", JSON.stringify(outcome));
  const answer = await fetch(controller.store.locationOf(outcome.artifact.key));
  return await decodePicture(Buffer.from(await answer.arrayBuffer()));
}

test("one load serves all pictures of a request, and each job has a result of its own", async () => {
  await using world = await startWorld({ pages });
  const { controller, site, proxy } = world;
  await world.startWorker({ STILLS_SLOTS: "1" });

  const uids = await controller.requestTogether(
    takes.map((taken) => ({ url: `${site.url}/tall`, ...taken })),
  );
  const [viewport, clip, element, page] = await Promise.all(
    uids.map((uid) => pictureOf(world, uid)),
  );
  await controller.settled(uids[0] ?? "");

  assert.equal(loads(world, "/tall"), 1);
  assert.ok(viewport && clip && element && page);
  assertSize(viewport, 320, 200);
  assertColour(viewport, { x: 160, y: 199 }, [...red]);
  assertSize(clip, 100, 100);
  assertColour(clip, { x: 50, y: 49 }, [...red]);
  assertColour(clip, { x: 50, y: 50 }, [...blue]);
  assertSize(element, 320, 400);
  assertColour(element, { x: 160, y: 0 }, [...blue]);
  assertSize(page, 320, 600);
  assertColour(page, { x: 160, y: 599 }, [...blue]);
  for (const uid of uids) assert.equal(controller.resultsOf(uid).length, 1);
  const tokens = uids.filter((uid) =>
    proxy.requests.includes(`CONNECT ${site.host} Bearer page-${uid}`),
  );
  assert.deepEqual(tokens, [uids[0]]);
});

test("requests of their own load the page for each picture", async () => {
  await using world = await startWorld({ pages });
  const { controller, site } = world;
  await world.startWorker();
  const uids = await Promise.all(
    takes.map((taken) => controller.request({ url: `${site.url}/tall`, ...taken })),
  );
  await Promise.all(uids.map((uid) => pictureOf(world, uid)));
  assert.equal(loads(world, "/tall"), takes.length);
});

test("when the page does not load, its own job fails and the others are returned", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  await world.startWorker();
  const url = `${site.url}/missing`;
  const [carrier = "", ...companions] = await controller.requestTogether([
    { url },
    { url },
    { url },
  ]);
  const { outcome } = await controller.result(carrier);
  assert.ok(outcome.kind === "Failed");
  assert.equal(outcome.reason, "HostReturnedError");
  for (const uid of companions)
    assert.deepEqual((await controller.result(uid)).outcome, { kind: "Returned" });
  await controller.settled(carrier);
});

test("a picture that cannot be taken of the page is returned, and those after it are taken", async () => {
  await using world = await startWorld({ pages });
  const { controller, site } = world;
  await world.startWorker();
  const url = `${site.url}/tall`;
  const missing = { selector: "#nothing", whenMissing: "Fail" } as const;
  const [carrier = "", failing = "", last = ""] = await controller.requestTogether([
    { url },
    { url, extent: "Element", element: missing },
    { url, extent: "FullPage" },
  ]);
  assert.deepEqual((await controller.result(failing)).outcome, { kind: "Returned" });
  for (const uid of [carrier, last]) await pictureOf(world, uid);
  assert.equal(loads(world, "/tall"), 1);
});

test("a job that is cancelled while it waits for its turn leaves the others alone", async () => {
  await using world = await startWorld();
  const { controller, site } = world;
  await world.startWorker();
  const url = `${site.url}/held/page`;
  const [carrier = "", cancelled = "", last = ""] = await controller.requestTogether([
    { url },
    { url },
    { url },
  ]);
  await eventually("the page is asked for", () => loads(world, "/held/page") === 1);
  controller.cancel(cancelled);
  await controller.announced(
    "the others only",
    ({ holding }) => holding.includes(last) && !holding.includes(cancelled),
  );
  site.release();
  for (const uid of [carrier, last]) await pictureOf(world, uid);
  await controller.settled(carrier);
  assert.deepEqual(controller.resultsOf(cancelled), []);
  assert.equal(loads(world, "/held/page"), 1);
});

test("after a worker's death the page is captured for its own job, and the others are returned", async () => {
  await using world = await startWorld({ pages });
  const { controller, site } = world;
  const [carrier = "", companion = ""] = await controller.requestTogether([
    { url: `${site.url}/tall` },
    { url: `${site.url}/tall`, extent: "FullPage" },
  ]);
  await controller.wasteDeliveries(1);
  await world.startWorker();
  await pictureOf(world, carrier);
  assert.deepEqual((await controller.result(companion)).outcome, { kind: "Returned" });
  await controller.settled(carrier);
});
